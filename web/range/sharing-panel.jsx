// How often each code is used where more and more scales are spent, and what that takes and gives.
import { count } from '../text/numbers.js'
import { figure } from '../text/bits.js'
import { gains, noiseText, perName, ruleName } from './labels.js'
import { explained } from './figures.js'
import { fitted, option, table } from './session.js'
import { shares } from './sharing.js'
import { book } from '../state/session.js'
import { About } from '../parts/signs.jsx'

export function Shares() {
    const open = table.value
    return (
        <div class="shares">
            {shares.value.map(share => (
                <div key={share.per}>
                    <p class="sharehead">
                        <b>{perName(share.per)}</b>
                        <span class="quiet">
                            {open &&
                                figure(
                                    book.value?.ledger(share.spec, open.rows, open.dim).bits_per_value ?? null,
                                    5,
                                )}{' '}
                            bits per value <About figure={explained('bits', [share.spec])} />
                        </span>
                    </p>
                    <div class="uses">
                        {share.rules.map(rule => (
                            <div key={rule.range} class={rule.range === 'minmax' ? 'use' : 'use better'}>
                                <Use counts={rule.counts} name={`${perName(share.per)}, ${rule.range}`} />
                                <p>
                                    <span>{ruleName(rule.range, option)}</span>
                                    {rule.counts ? (
                                        <b>
                                            {noiseText(rule)}
                                            {rule.sqnr_db != null && ' dB'}
                                        </b>
                                    ) : (
                                        <span class="quiet">waiting</span>
                                    )}
                                </p>
                            </div>
                        ))}
                    </div>
                </div>
            ))}
        </div>
    )
}

/** How much less is lost than with one scale for all. */
export function Gains() {
    const told = gains(shares.value, fitted.value ? 'codebook' : 'scale')
    return told ? <p class="note">{told}</p> : null
}

/** @param {{ counts?: number[], name: string }} props */
function Use({ counts, name }) {
    const all = shares.value.flatMap(share => share.rules.flatMap(rule => rule.counts ?? []))
    const most = Math.max(...all, 1)
    const width = 100 / (counts?.length ?? 1)
    const gap = (counts?.length ?? 0) > 32 ? 0 : width * 0.12
    const used = counts?.filter(n => n > 0).length ?? 0
    return (
        <svg
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
            role="img"
            aria-label={
                counts ? `${name}: ${count(used)} of ${count(counts.length)} codes used` : `${name}: waiting`
            }
        >
            <path
                d={(counts ?? [])
                    .map((n, i) => {
                        const height = n > 0 ? Math.max((n / most) * 100, 0.8) : 0
                        return `M${(i * width + gap).toFixed(3)} 100v${(-height).toFixed(2)}h${(width - 2 * gap).toFixed(3)}v${height.toFixed(2)}z`
                    })
                    .join('')}
            />
            <path class="base" d="M0 100H100" />
        </svg>
    )
}
