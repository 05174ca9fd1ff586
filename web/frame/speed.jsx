// Why encoding or searching takes A and B their time. The limits are measured when this is opened.
import { useEffect, useState } from 'preact/hooks'
import { measured, shown } from '../state/session.js'
import { askLimit } from '../state/limits.js'
import { labels, LIMITS, limitRates, whyOf } from './speed-text.js'
import { Letter, Sign } from '../parts/signs.jsx'

/** How often a limit is measured, as whatever else the device does slows it too; the least time counts. */
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
    const pair = [a, b].map(
        spec => found[spec] && { ...found[spec], seconds: measured.value.get(spec)?.seconds[stage] },
    )
    const rates = limitRates(stage, pair)
    const [left, right] = pair.map(one => one && whyOf(stage, one, rates))
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
