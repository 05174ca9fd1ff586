// The glossary: terms of the page, and the options of specs in the core's words.
import { TERMS } from './glossary.js'
import { facts } from './session.js'

/** Formats whose options together are all that are common. */
const EXAMPLES = ['int8', 'binary', 'pq:m=8', 'nf4', 'mxfp4']

/** Every option of those formats, once. @param {import('./facts.js').Facts} f */
function optionsOf(f) {
    const all = EXAMPLES.flatMap(spec => f.book.info(spec).info?.options ?? [])
    return [...new Map(all.map(one => [one.name, one])).values()]
}

export function Glossary() {
    const f = facts.value
    return (
        <section class="section" id="glossary" aria-labelledby="title-glossary">
            <div class="head">
                <h2 id="title-glossary" tabIndex={-1}>
                    Glossary
                </h2>
                <p>Terms of this page, and the options of a spec</p>
            </div>
            <dl class="glossary">
                {TERMS.map(({ term, text }) => (
                    <div key={term}>
                        <dt>{term}</dt>
                        <dd>{text}</dd>
                    </div>
                ))}
                {f &&
                    optionsOf(f).map(({ name, help }) => (
                        <div key={name}>
                            <dt>
                                <code>{name}</code>
                            </dt>
                            <dd>{help}</dd>
                        </div>
                    ))}
            </dl>
        </section>
    )
}
