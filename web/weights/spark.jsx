// A small histogram of a tensor's values, as steps on a line.

const [WIDTH, HEIGHT] = [96, 24]

/** @param {{ counts: number[] }} props */
export function Spark({ counts }) {
    const most = Math.max(...counts, 1)
    const step = WIDTH / counts.length
    const tops = counts.map(n => `V${(HEIGHT - (n / most) * (HEIGHT - 1)).toFixed(1)}h${step}`)
    return (
        <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            <path d={`M0 ${HEIGHT}${tops.join('')}V${HEIGHT}z`} />
        </svg>
    )
}
