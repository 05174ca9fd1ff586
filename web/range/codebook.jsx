// A codebook that is fitted to the data, in place of a range: its levels, and why there is nothing to drag.
import { size } from '../text/numbers.js'
import { column } from './labels.js'
import { at, info, option, table } from './session.js'
import { book } from '../state/session.js'
import { Formulas } from './formulas-panel.jsx'

export function Codebook() {
    const [here, open, known] = [at.value, table.value, info.value]
    if (!here || !open || !known) return null
    const { levels } = here
    const params = book.value?.ledger(known.spec, open.rows, open.dim).params
    const whose = option('per') === 'dim' ? 'of this dim' : 'at hand'
    return (
        <div class="section rangecosts">
            <div>
                <div class="head">
                    <h2>Levels</h2>
                    <p>by code</p>
                </div>
                <ol class="levellist" start={0}>
                    {column(levels).map((level, code) => (
                        <li key={code}>
                            <span>{code}</span> {level}
                        </li>
                    ))}
                </ol>
            </div>
            <div>
                <div class="head">
                    <h2>Why there is no range to drag</h2>
                </div>
                <p class="text">
                    A fitted codebook has no range and no step. Its {levels.length} levels are fitted to the values{' '}
                    {whose} so that the mean squared error is least: each level is the mean of the values nearest to
                    it. Levels are close together where there are many values, far apart where there are few.
                </p>
                <p class="text">
                    The levels have to be stored: {size(params)}
                    {option('per') === 'dim' ? `, ${levels.length} for each dim` : ', once for all rows'}.
                </p>
                <Formulas />
            </div>
        </div>
    )
}
