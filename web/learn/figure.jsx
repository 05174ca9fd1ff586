// What stands beside the text of a lesson: a table, levels under values, or the bits of a value.
import '../parts/cells.css'
import { Bit, Formula } from '../parts/cells.jsx'
import { Bar } from '../parts/bars.jsx'
import { Sign } from '../parts/signs.jsx'
import { fig } from './say.js'

/** @param {{ table: import('./lessons.js').Table }} props */
export function LessonTable({ table }) {
    const { head, rows, sign, note, caption } = table
    const last = head.length - 1
    const hasBars = rows.some(row => row.bar != null)
    return (
        <>
            <div class="learnwide" role="region" aria-label={caption} tabIndex={0}>
                <table class="learntable">
                    <caption class="hidden">{caption}</caption>
                    <thead>
                        <tr>
                            {head.map((text, i) => (
                                <th key={text} scope="col" class={i ? '' : 'first'}>
                                    {text} {i === last && <Sign kind={sign} />}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {rows.map(({ name, cells, bar }) => (
                            <tr key={name}>
                                <th scope="row">{name}</th>
                                {cells.map((text, i) => (
                                    <td key={i}>
                                        {text}
                                        {hasBars && i === cells.length - 1 && <Bar share={bar} />}
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {note && <p class="quiet learncaption">{note}</p>}
        </>
    )
}

/** Levels as marks on a line, under how often values occur. @param {{ levels: import('./lessons.js').Levels }} props */
export function LessonLevels({ levels: { name, levels, from, to, low, high, counts } }) {
    const place = (/** @type {number} */ x) => ((x - low) / (high - low || 1)) * 100
    const most = counts ? Math.max(...counts, 1) : 1
    const width = counts ? (place(to) - place(from)) / counts.length : 0
    const bars = counts?.map(
        (n, i) => `M${place(from) + i * width} 60v${(-n / most) * 60}h${width}v${(n / most) * 60}z`,
    )
    const marks = levels.map(one => `M${place(one)} ${counts ? 0 : 40}V60`).join('')
    return (
        <div class="learnlevels">
            <p>{name}</p>
            <svg viewBox="0 0 100 60" preserveAspectRatio="none" role="img" aria-label={name}>
                {bars ? (
                    <path class="values" d={bars.join('')} />
                ) : (
                    <rect class="tint" x={place(from)} y="30" width={place(to) - place(from)} height="30" />
                )}
                <path class="levels" d={marks} />
                <path class="base" d="M0 60H100" />
            </svg>
            <p class="learnaxis">
                <span>{fig(low, 3)}</span>
                <span>{fig(high, 3)}</span>
            </p>
        </div>
    )
}

/** @param {{ bits: import('./lessons.js').Bits }} props */
export const LessonBits = ({ bits: { name, look } }) => (
    <div class="learnbits">
        <p>{name}</p>
        <p class="row">
            {look.fields.map(field => (
                <span key={field.kind} class="group">
                    <span class="cells" role="img" aria-label={`${field.kind} ${field.bits}`}>
                        {[...field.bits].map((digit, i) => (
                            <Bit key={i} kind={field.kind} set={digit === '1'} />
                        ))}
                    </span>
                    <span class="means">
                        <Formula text={field.meaning} digits={6} />
                    </span>
                </span>
            ))}
        </p>
    </div>
)
