// Downloads: a tensor, or the vectors, encoded with a spec, as a file that other programs read.
import './export.css'
import { useState } from 'preact/hooks'
import { newRemote } from '../engine/remote.js'
import { detailsOf } from '../data/data.js'
import { book } from '../state/session.js'
import { sentence, size } from '../text/numbers.js'
import { Menu } from './controls.jsx'

/** @typedef {{ name: string, title: string, ending: string, help: string }} Kind */

/** Has the browser save a file. @param {BlobPart[]} parts @param {string} name */
export function save(parts, name) {
    const link = document.createElement('a')
    const blob = new Blob(parts, { type: 'application/octet-stream' })
    link.href = URL.createObjectURL(blob)
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    return blob.size
}

/**
 * @param {object} props
 * @param {string} props.what "Encoded tensor"
 * @param {string[]} props.names of what can be encoded, where there are several
 * @param {string[]} props.specs
 * @param {string} props.chosen a spec among them
 * @param {(name: string) => Promise<{ table: import('../data/table.js').Table, name: string, shape: number[], file: string }>} props.open file: what the download is called after
 */
export function Export({ what, names, specs, chosen, open }) {
    const kinds = /** @type {Kind[]} */ (book.value?.ask('exports').exports ?? [])
    const [asked, ask] = useState({ name: '', spec: '', to: 'safetensors' })
    const [said, say] = useState({ text: '', wrong: false, busy: false })
    const name = names.includes(asked.name) ? asked.name : (names[0] ?? '')
    const spec = specs.includes(asked.spec) ? asked.spec : chosen
    const kind = kinds.find(one => one.name === asked.to) ?? kinds[0]
    if (!kind || !spec) return null
    const download = async () => {
        say({ text: 'Encoding', wrong: false, busy: true })
        const remote = newRemote('export')
        try {
            const one = await open(name)
            const { pieces, sidecar } = await remote.ask('write', one.table, {
                spec,
                to: kind.name,
                name: one.name,
                shape: one.shape,
            })
            const file = `${one.file}.${spec}`.replace(/[^\w.=-]+/g, '_') + kind.ending
            const bytes = save(pieces, file)
            if (kind.name === 'npy') save([sidecar], `${file}.json`)
            say({ text: `${file}, ${size(bytes)}`, wrong: false, busy: false })
        } catch (error) {
            say({ text: sentence(detailsOf(error).message), wrong: true, busy: false })
        } finally {
            remote.end()
        }
    }
    const texts = (/** @type {string[]} */ list) => list.map(value => ({ value }))
    return (
        <details class="export">
            <summary>Download {what}</summary>
            <div>
                {names.length > 1 && (
                    <Menu label="Tensor" value={name} values={texts(names)} on={name => ask({ ...asked, name })} />
                )}
                <Menu label="Spec" value={spec} values={texts(specs)} on={spec => ask({ ...asked, spec })} />
                <Menu
                    label="Kind of file"
                    value={kind.name}
                    values={kinds.map(({ name, title }) => ({ value: name, text: title }))}
                    on={to => ask({ ...asked, to })}
                />
                <button class="button line" disabled={said.busy} onClick={download}>
                    Download
                </button>
                <span class="quiet">{kind.help}.</span>
                <span class={said.wrong ? 'wrong' : 'quiet'} role="status">
                    {said.text}
                </span>
            </div>
        </details>
    )
}
