// An index of vectors: bytes of a row, what rows share, memory and disk, for the stops from float32 to one bit.
import { count, parseCount, size } from '../text/numbers.js'
import { set, state } from '../state/store.js'
import { Field } from '../parts/controls.jsx'
import { Sign } from '../parts/signs.jsx'
import { SpecText } from '../parts/spec-text.jsx'

/** @param {{ about: import('../state/specs.js').Book }} props */
export function IndexTable({ about }) {
    const { vectors, width, specs } = state.value
    const take =
        (/** @type {'vectors' | 'width'} */ key, /** @type {number} */ most) => (/** @type {string} */ text) => {
            const value = parseCount(text)
            if (!(value >= 1 && value <= most)) return `Takes a whole number from 1 to ${count(most)}.`
            set({ [key]: value })
        }
    const shown = [...about.defaults.stops.map(stop => stop.spec), ...specs.map(about.canonical)]
    const rows = [...new Set(shown)].flatMap(spec => {
        try {
            return spec ? [{ spec, bytes: about.ledger(spec, vectors, width) }] : []
        } catch {
            return [] // a spec that takes no rows of this width
        }
    })
    return (
        <section class="section" aria-labelledby="plan-index">
            <div class="head">
                <h2 id="plan-index">An index</h2>
                <p class="row">
                    <Field
                        label="Rows"
                        mode="decimal"
                        width={13}
                        value={count(vectors)}
                        on={take('vectors', 1e12)}
                    />
                    <span>rows of</span>
                    <Field label="Dims" mode="decimal" width={7} value={count(width)} on={take('width', 1048576)} />
                </p>
            </div>
            <div class="planwide" role="region" aria-label="Table of an index" tabIndex={0}>
                <table class="plantable">
                    <caption class="hidden">Bytes of an index, computed</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="words">
                                Spec
                            </th>
                            {['Bytes a row', 'Shared', 'In memory', 'On disk'].map(label => (
                                <th scope="col" key={label} class={label === 'Shared' ? 'more' : ''}>
                                    <Sign kind="computed" /> {label}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {rows.map(({ spec, bytes }) => (
                            <tr key={spec}>
                                <th scope="row">
                                    <SpecText spec={spec} />
                                </th>
                                <td>{count(bytes.per_row)}</td>
                                <td class="more">{bytes.params ? size(bytes.params) : '–'}</td>
                                <td>{size(bytes.total)}</td>
                                <td>{bytes.originals ? size(bytes.originals) : '–'}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            <p class="quiet note planfoot">
                Codes and what rows share. The graph or the lists of an engine come on top. Specs that you add in
                Compare are listed too.
            </p>
        </section>
    )
}
