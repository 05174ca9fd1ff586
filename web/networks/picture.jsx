// One test picture, drawn pixel for pixel: ink on paper, light on dark in the dark theme (CSS turns it over).
import { useLayoutEffect, useRef } from 'preact/hooks'
import { open } from './session.js'

/** The sides of a picture: those of the network's input, or a square, or one row. @type {(dim: number, shape: number[]) => [number, number]} */
export function sidesOf(dim, shape) {
    if (shape.length === 3) return [shape[1], shape[2]]
    const side = Math.round(Math.sqrt(dim))
    return side * side === dim ? [side, side] : [1, dim]
}

/** @param {{ sample: number }} props */
export function Drawing({ sample }) {
    const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null))
    const now = open.value
    const [height, width] = now ? sidesOf(now.dim, now.chain.layers[0].in) : [1, 1]
    useLayoutEffect(() => {
        const context = canvas.current?.getContext('2d')
        if (!context || !now) return
        const image = context.createImageData(width, height)
        for (let i = 0; i < width * height; i++) image.data[4 * i + 3] = now.pixels[sample * now.dim + i]
        context.putImageData(image, 0, 0)
    }, [now, sample, width, height])
    return <canvas ref={canvas} class="netpixels" width={width} height={height} aria-hidden="true" />
}
