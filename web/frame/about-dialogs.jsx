// The dialogs that only tell something: keys, licences, what this is.
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from './dialog.jsx'

/** @type {[string, string][]} */
const KEYS = [
    ['1 2 3 4', 'the views'],
    ['/', 'the field of the view: a spec, or a value'],
    ['s', 'swap A and B'],
    ['← →', 'within a choice, and from point to point of a chart'],
    ['← →', 'over the map of lost neighbours and the ends of a range; with Shift ten steps'],
    ['← → ↑ ↓', 'among the bits of the formats, and the values and bytes of a block; Space turns a bit over'],
    ['?', 'these keys'],
    ['Esc', 'close what is open'],
]

export const Keys = () => (
    <Dialog name="keys" title="Keys">
        <dl class="keys">
            {KEYS.map(([key, text]) => (
                <>
                    <dt>
                        <kbd>{key}</kbd>
                    </dt>
                    <dd>{text}</dd>
                </>
            ))}
        </dl>
    </Dialog>
)

export const About = () => (
    <Dialog name="about" title="About">
        <p>
            Quantscope shows, measured on your own embeddings, what quantization saves and what it costs: bytes,
            recall, errors and time, each with where it comes from.
        </p>
        <p>
            A figure marked measured was got by coding or searching the data that is open, in this page. A figure
            marked computed follows by a formula from what is known already: a spec with rows and dims, one value, a
            histogram. The truth that recall is counted against is exact search over the vectors as they are.
        </p>
        <p>
            Everything runs in this page. Files are read here and sent nowhere. The link holds what is compared,
            never the data.
        </p>
    </Dialog>
)

export const Licences = () => (
    <Dialog name="licences" title="Licences" wide>
        <LicenceTexts />
    </Dialog>
)

/** The texts come only when they are asked for. */
function LicenceTexts() {
    const [texts, setTexts] = useState(/** @type {{ title: string, text: string }[]} */ ([]))
    useEffect(() => {
        import('./licences.js').then(({ licences }) => setTexts(licences))
    }, [])
    return (
        <>
            {texts.map(({ title, text }) => (
                <details key={title}>
                    <summary>{title}</summary>
                    <pre>{text}</pre>
                </details>
            ))}
        </>
    )
}
