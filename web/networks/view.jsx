// Networks: what formats and methods do to a network's answers, measured on real pictures.
import './networks.css'
import './pictures.css'
import { useEffect } from 'preact/hooks'
import { NETWORKS } from '../engine/assets.js'
import { set, state } from '../state/store.js'
import { count } from '../text/numbers.js'
import { quote } from '../text/sentences.js'
import { Menu } from '../parts/controls.jsx'
import { Activations } from './activations.jsx'
import { Editor } from './choose.jsx'
import { DEMOS, STARTS } from './demo.js'
import { Figures } from './figures.jsx'
import { Layers } from './layers.jsx'
import { Methods } from './methods.jsx'
import { OwnNetwork, useDrop } from './own.jsx'
import { Pictures } from './pictures.jsx'
import { Product } from './product.jsx'
import { Sensitivity } from './sensitivity.jsx'
import { Sentence } from './sentence.jsx'
import { at, choose, given, open, own, problem, report, stop, wantedDemo } from './session.js'
import { Training } from './training.jsx'

/** What prints the same. */
export const command = () => {
    const files = open.value?.files
    if (!files) return 'quantscope net NETWORK.safetensors --inputs INPUTS.npy -m RECIPE'
    const { weights, test, testLabels, train, trainLabels } = files
    return [
        `quantscope net ${quote(weights.name)} --inputs ${quote(test.name)}`,
        testLabels && `--labels ${quote(testLabels.name)}`,
        train && `--train ${quote(train.name)}`,
        train && trainLabels && `--train-labels ${quote(trainLabels.name)}`,
        ...[...new Set([given.value.a, given.value.b])].map(recipe => `-m ${quote(recipe)}`),
    ]
        .filter(Boolean)
        .join(' ')
}

export function View() {
    const drop = useDrop()
    useEffect(() => {
        addEventListener('keydown', onKey)
        return () => removeEventListener('keydown', onKey)
    }, [])
    return (
        <div class="netview" {...drop}>
            <h1 class="hidden">Networks</h1>
            <Choice />
            <div class="netsides">
                <Editor side="A" />
                <Editor side="B" />
            </div>
            {problem.value && (
                <p class="wrong" role="alert">
                    {problem.value}
                </p>
            )}
            <Sentence />
            <Waiting />
            {report.value && open.value && (
                <>
                    <Figures />
                    <Pictures />
                    <Layers />
                    <div class="netcolumns">
                        <Methods />
                        <Training />
                    </div>
                    <div class="netcolumns">
                        <Sensitivity />
                        <Activations />
                    </div>
                    <Product />
                </>
            )}
            <OwnNetwork />
        </div>
    )
}

/** Esc ends what is being measured. @param {KeyboardEvent} event */
function onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target)
    if (event.key === 'Escape' && !target.closest('input, select, dialog')) stop()
}

/** The network, and recipes to start from. */
function Choice() {
    const { a, b } = given.value
    const chain = open.value?.chain
    return (
        <>
            <div class="netchoice">
                {NETWORKS.length > 0 ? (
                    <Menu
                        label="Network"
                        value={own.value ? 'own' : wantedDemo.value}
                        values={[
                            ...NETWORKS.map(name => ({ value: name, text: DEMOS[name].title })),
                            ...(own.value ? [{ value: 'own', text: own.value.weights.name }] : []),
                        ]}
                        on={name => name !== 'own' && choose(name)}
                    />
                ) : (
                    !own.value && <p>The demo networks are on the site only. Open a network of your own below.</p>
                )}
                {chain && open.value && (
                    <span class="quiet">
                        {chain.layers.map(layer => layer.name).join(', ')} · {count(chain.values)} weights and
                        biases · {count(open.value.count)} test pictures
                    </span>
                )}
            </div>
            <p class="starts">
                Start from
                {STARTS.map(start => (
                    <button
                        key={start.title}
                        class="link"
                        aria-pressed={start.a === a && start.b === b}
                        onClick={() => set({ ra: start.a, rb: start.b, picture: -1 })}
                    >
                        {start.title}
                    </button>
                ))}
            </p>
        </>
    )
}

/** What is being done, with a button that ends it. */
function Waiting() {
    const now = at.value
    const isLoading = !open.value && !problem.value && (state.value.net || NETWORKS.length > 0 || own.value)
    return (
        <div class="netwaiting" role="status">
            {isLoading && <span class="quiet">The network and its pictures are loading.</span>}
            {now && (
                <>
                    <span class="quiet">
                        <code>{now.recipe}</code>: {stageText(now)}
                    </span>
                    <button class="button line small" onClick={stop}>
                        Stop
                    </button>
                </>
            )}
        </div>
    )
}

const STAGES = /** @type {Record<string, string>} */ ({
    code: 'weights are coded',
    ranges: 'ranges are taken',
    measure: 'answers are measured',
    layers: 'layers are measured',
})

/** @param {import('./session.js').At} now */
const stageText = now =>
    now.stage === 'train' ? `epoch ${now.epoch + 1} of its training` : (STAGES[now.stage] ?? now.stage)
