// A chart of the page as shapes: lines and areas of its SVG and the texts over it, as they look now. Shapes are written as
// SVG, or painted on a canvas, which needs no image and so no exception of the content security policy.

/**
 * @typedef {{ path: string, matrix: number[], fill: string, stroke: string, width: number, dash: string, opacity: number }} PathShape
 * @typedef {{ text: string, x: number, y: number, font: string, size: number, color: string, opacity: number }} TextShape
 * @typedef {{ width: number, height: number, background: string, shapes: (PathShape | TextShape)[] }} Drawing
 */

const CLEAR = /^(none|transparent|rgba\(\d+, \d+, \d+, 0\))$/
const FLAT = [1, 0, 0, 1, 0, 0]

/** The path of an SVG shape; nothing for what is none. @param {Element} shape */
function pathOf(shape) {
    const of = (/** @type {string} */ name) => Number(shape.getAttribute(name) ?? 0)
    const round = (/** @type {number} */ rx, /** @type {number} */ ry) =>
        `M${of('cx') - rx} ${of('cy')}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`
    switch (shape.localName) {
        case 'path':
            return shape.getAttribute('d') ?? ''
        case 'line':
            return `M${of('x1')} ${of('y1')}L${of('x2')} ${of('y2')}`
        case 'rect':
            return `M${of('x')} ${of('y')}h${of('width')}v${of('height')}h${-of('width')}z`
        case 'circle':
            return round(of('r'), of('r'))
        case 'ellipse':
            return round(of('rx'), of('ry'))
        case 'polyline':
        case 'polygon':
            return `M${shape.getAttribute('points') ?? ''}${shape.localName === 'polygon' ? 'z' : ''}`
    }
    return ''
}

/** Texts of a node, a line of it at a time. @type {(node: Text, box: DOMRect, style: CSSStyleDeclaration, opacity: number) => TextShape[]} */
function textsOf(node, box, style, opacity) {
    const words = [...(node.textContent ?? '').matchAll(/\S+\s*/g)]
    /** @type {Map<number, TextShape>} */
    const lines = new Map()
    for (const word of words) {
        const range = document.createRange()
        range.setStart(node, word.index)
        range.setEnd(node, word.index + word[0].trimEnd().length)
        const place = range.getBoundingClientRect()
        if (!place.width) continue
        const line = lines.get(Math.round(place.top))
        if (line) line.text += word[0]
        else
            lines.set(Math.round(place.top), {
                text: word[0],
                x: place.left - box.left,
                y: place.bottom - box.top - place.height * 0.23, // where letters stand, of fonts of pages
                font: `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`,
                size: parseFloat(style.fontSize),
                color:
                    style.fill !== 'rgb(0, 0, 0)' && node.parentElement?.closest('svg') ? style.fill : style.color,
                opacity,
            })
    }
    return [...lines.values()].map(one => ({ ...one, text: one.text.trimEnd() }))
}

/** How a chart looks now. @type {(chart: Element) => Drawing} */
export function drawingOf(chart) {
    const box = chart.getBoundingClientRect()
    /** @type {Drawing['shapes']} */
    const shapes = []
    const walk = (/** @type {Element} */ element, /** @type {number} */ above) => {
        const style = getComputedStyle(element)
        const opacity = above * Number(style.opacity)
        if (style.display === 'none' || style.visibility === 'hidden' || !opacity || element.matches('.hidden'))
            return
        if (element instanceof window.SVGGraphicsElement) {
            const path = pathOf(element)
            const at = element.getScreenCTM()
            if (path && at) {
                const isFixed = style.vectorEffect === 'non-scaling-stroke'
                const scale = isFixed ? 1 : Math.sqrt(Math.abs(at.a * at.d - at.b * at.c))
                shapes.push({
                    path,
                    matrix: [at.a, at.b, at.c, at.d, at.e - box.left, at.f - box.top],
                    fill: CLEAR.test(style.fill) ? 'none' : style.fill,
                    stroke: CLEAR.test(style.stroke) ? 'none' : style.stroke,
                    width: parseFloat(style.strokeWidth) * scale,
                    dash: style.strokeDasharray === 'none' ? '' : style.strokeDasharray.replaceAll('px', ''),
                    opacity,
                })
            }
        } else if (element !== chart && !CLEAR.test(style.backgroundColor)) {
            const { left, top, width, height } = element.getBoundingClientRect()
            const path = `M${left - box.left} ${top - box.top}h${width}v${height}h${-width}z`
            shapes.push({
                path,
                matrix: FLAT,
                fill: style.backgroundColor,
                stroke: 'none',
                width: 0,
                dash: '',
                opacity,
            })
        }
        for (const child of element.childNodes)
            if (child instanceof window.Text) shapes.push(...textsOf(child, box, style, opacity))
            else if (child instanceof window.Element) walk(child, opacity)
    }
    walk(chart, 1)
    const background = getComputedStyle(document.documentElement).backgroundColor
    return { width: Math.ceil(box.width), height: Math.ceil(box.height), background, shapes }
}

const escaped = (/** @type {string} */ text) =>
    text.replace(/[&<>"]/g, one => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one] ?? one)

/** @type {(drawing: Drawing) => string} */
export function asSvg({ width, height, background, shapes }) {
    const written = shapes.map(shape => {
        const opacity = shape.opacity < 1 ? ` opacity="${shape.opacity}"` : ''
        if ('text' in shape) {
            const { text, x, y, font, color } = shape
            return `<text x="${x.toFixed(2)}" y="${y.toFixed(2)}" style="font:${escaped(font)}" fill="${color}"${opacity}>${escaped(text)}</text>`
        }
        const { path, matrix, fill, stroke, width: line, dash } = shape
        const dashes = dash ? ` stroke-dasharray="${dash}"` : ''
        const lines =
            stroke === 'none'
                ? ''
                : ` stroke="${stroke}" stroke-width="${line}"${dashes} vector-effect="non-scaling-stroke"`
        return `<path d="${escaped(path)}" transform="matrix(${matrix.join(' ')})" fill="${fill}"${lines}${opacity}/>`
    })
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
        `<rect width="100%" height="100%" fill="${background}"/>`,
        ...written,
        '</svg>\n',
    ].join('\n')
}

/** @type {(drawing: Drawing, scale?: number) => Promise<Blob>} */
export function asPng({ width, height, background, shapes }, scale = 2) {
    const canvas = document.createElement('canvas')
    canvas.width = width * scale
    canvas.height = height * scale
    const paint = canvas.getContext('2d')
    if (!paint) throw new Error('this browser has no canvas')
    paint.scale(scale, scale)
    paint.fillStyle = background
    paint.fillRect(0, 0, width, height)
    for (const shape of shapes) {
        paint.globalAlpha = shape.opacity
        if ('text' in shape) {
            paint.font = shape.font
            paint.fillStyle = shape.color
            paint.fillText(shape.text, shape.x, shape.y)
            continue
        }
        const path = new window.Path2D()
        path.addPath(new window.Path2D(shape.path), new window.DOMMatrix(shape.matrix))
        if (shape.fill !== 'none') {
            paint.fillStyle = shape.fill
            paint.fill(path)
        }
        if (shape.stroke !== 'none' && shape.width) {
            paint.strokeStyle = shape.stroke
            paint.lineWidth = shape.width
            paint.setLineDash(shape.dash ? shape.dash.split(/[ ,]+/).map(Number) : [])
            paint.stroke(path)
        }
    }
    return new Promise((resolve, reject) =>
        canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('the picture is too large')))),
    )
}

/** The charts of the page: what is drawn large, with the texts around it. @param {Element} page @returns {{ title: string, element: Element }[]} */
export function chartsOf(page) {
    /** @type {Map<Element, string>} */
    const found = new Map()
    for (const svg of page.querySelectorAll('svg')) {
        const { width, height } = svg.getBoundingClientRect()
        if (width < 160 || height < 40 || svg.closest('table')) continue
        const element = svg.closest('figure, .chart, .plot') ?? svg.parentElement ?? svg
        const title =
            svg.getAttribute('aria-label') ??
            element.getAttribute('aria-label') ??
            element.closest('section')?.querySelector('h2')?.textContent ??
            'Chart'
        if (![...found.keys()].some(one => one.contains(element))) found.set(element, title)
    }
    return [...found].map(([element, title]) => ({ title, element }))
}
