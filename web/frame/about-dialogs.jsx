// The dialogs about the page itself: keys, licences, what it is.
import { useEffect, useState } from 'preact/hooks'
import { VIEWS } from '../views.js'
import { Dialog } from './dialog.jsx'

/** @type {[string, string][]} */
const KEYS = [
    [VIEWS.map((_, i) => i + 1).join(' '), 'open a view'],
    ['/', 'go to the field of the view: a spec or a value'],
    ['s', 'swap A and B'],
    ['e', 'copy the command, export tables and charts, print a report'],
    ['j k', 'Learn: the next lesson, the one before'],
    ['[ ]', 'Simulator: more or fewer bits'],
    ['t', 'Networks: train'],
    ['← →', 'move within a choice, or from point to point of a chart'],
    ['← →', 'move over the map of lost neighbours, or move an end of a range; with Shift ten steps'],
    ['← → ↑ ↓', 'move among the bits of formats, and the values and bytes of a block; Space flips a bit'],
    ['?', 'show these keys'],
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
            Quantscope shows what quantization saves and what it loses, measured on your own embeddings: bytes,
            recall, errors and time.
        </p>
        <p>
            Measured figures come from encoding or searching the open data, in this page. Computed figures follow
            from a formula: of a spec with rows and dims, of one value, or of a histogram. Recall is counted against
            exact search over the original vectors.
        </p>
        <p>
            Everything runs in this page. Files are read here and never leave this machine. The link contains the
            settings, never the data.
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
