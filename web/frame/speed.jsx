// Why coding or searching takes A and B their time. The limits are measured when this is opened.
import { useEffect, useState } from 'preact/hooks'
import { askLimit, measured, shown } from '../state/session.js'
import { labels, LIMITS, whyOf } from './speed-text.js'
import { Letter, Sign } from '../parts/signs.jsx'

/** A limit is measured so often, as whatever else the device does slows it too; the shortest time stands. */
const ROUNDS = 3

/** @param {{ stage: string }} props */
export function Why({ stage }) {
    const { a = '', b = '' } = shown.value ?? {}
    const [found, setFound] = useState(/** @type {Record<string, import('./speed-text.js').Found>} */ ({}))
    useEffect(() => {
        let wanted = true
        const ask = async () => {
            for (let round = 0; round < ROUNDS; round++)
                for (const spec of new Set([a, b])) {
                    const limit = await askLimit(spec, stage)
                    if (!wanted || !limit) return
                    setFound(known => ({ ...known, [spec]: limit }))
                }
        }
        ask().catch(() => {}) // the run was ended
        return () => {
            wanted = false
        }
    }, [a, b, stage])
    const texts = (/** @type {string} */ spec) =>
        found[spec] && whyOf(stage, found[spec], measured.value.get(spec)?.seconds[stage])
    const [left, right] = [texts(a), texts(b)]
    return (
        <>
            <table class="why">
                <caption>
                    Why <Sign kind="measured" />
                </caption>
                <thead>
                    <tr>
                        <td />
                        <th scope="col">
                            <Letter side="A" /> <code>{a}</code>
                        </th>
                        <th scope="col">
                            <Letter side="B" /> <code>{b}</code>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {labels(stage).map((label, i) => (
                        <tr key={label}>
                            <th scope="row">{label}</th>
                            <td>{left?.[i] ?? '…'}</td>
                            <td>{right?.[i] ?? '…'}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            <p class="quiet">{LIMITS[stage]}</p>
        </>
    )
}
