// A network with its samples and labels, and what recipes make of it: run in bounded steps, so that it can be stopped,
// then asked about its pictures, layers and products. It runs in a worker, and in Node as it is.
import { CoreError } from './wasm.js'

/** Samples of one step, and how long steps go on before word is sent and calls are taken. */
const [WORK, SLICE_MS] = [64, 30]
/** The most bytes of a network's file, and values of a set. */
const [MOST_BYTES, MOST_VALUES] = [512 << 20, 250_000_000]

/**
 * @typedef {{ weights: File, test: File, testLabels?: File, train?: File, trainLabels?: File }} NetFiles
 * @typedef {{ name: string, kind: string, in: number[], out: number[], weights: [number, number], relu: boolean, macs: number, values: number }} Layer
 * @typedef {{ layers: Layer[], macs: number, values: number, inputs: number, classes: number, divisor: number }} Chain
 * @typedef {{ result: number, results: number, recipe: string, stage: string, done: number, total: number, run: number, epoch: number, loss: number | null }} At
 * @typedef {{ sample: number, label: number | null, from: number, to: number }} Picture its label, and the answers before and after
 * @typedef {{ lost: Picture[], gained: Picture[], wrong: Picture[] }} Changes
 * @typedef {{ name: 'test' | 'train', rows: Float32Array, count: number, dim: number, pixels: boolean, labels?: Uint32Array }} Set
 */

/** Lets messages in: a call that stops the run among them. */
const breathe = () =>
    new Promise(resolve => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => {
            port1.close()
            resolve(undefined)
        }
        port2.postMessage(0)
    })

/** Pictures of one kind of change after those of other kinds: the first of each kind come first. @param {Picture[]} pictures */
function byKind(pictures) {
    /** @type {Map<string, number>} */
    const seen = new Map()
    const turn = pictures.map(({ from, to }) => {
        const kind = `${from} ${to}`
        const before = seen.get(kind) ?? 0
        seen.set(kind, before + 1)
        return before
    })
    return pictures
        .map((picture, i) => ({ picture, turn: turn[i] }))
        .sort((x, y) => x.turn - y.turn)
        .map(({ picture }) => picture)
}

export class Network {
    #net = 0
    #turn = 0
    #weights = new Uint8Array(0)
    #sets = /** @type {Set[]} */ ([])

    /** @param {import('./wasm.js').Core} core */
    constructor(core) {
        this.core = core
    }

    /** Reads the files. Resolves to the chain, and to the test pictures as grey levels, 0 to 255. @param {NetFiles} files */
    async open(files) {
        this.close()
        if (files.weights.size > MOST_BYTES)
            throw new CoreError({ message: `${files.weights.name} has more than 512 MiB.` })
        this.#weights = new Uint8Array(await files.weights.arrayBuffer())
        this.#sets = [await this.#set('test', files.test, files.testLabels)]
        if (files.train) this.#sets.push(await this.#set('train', files.train, files.trainLabels))
        this.#prepare()
        const chain = /** @type {Chain} */ (this.core.json('qs_net_chain_json', this.#net))
        const [{ rows, count, dim, pixels, labels }] = this.#sets
        return { chain, count, dim, pixels: greys(rows, pixels ? chain.divisor : 0), labelled: !!labels }
    }

    /** A set of samples with their labels. @param {'test' | 'train'} name @param {File} file @param {File} [labelFile] @returns {Promise<Set>} */
    async #set(name, file, labelFile) {
        const { values, shape, dtype } = await this.#read(file)
        const count = shape[0]
        const labels = labelFile && (await this.#labels(labelFile))
        const pixels = /^(uint8|u8)$/i.test(dtype)
        return { name, rows: values, count, dim: values.length / count, pixels, labels }
    }

    /** All values of a file's first array. @param {File} file */
    async #read(file) {
        const { core } = this
        const bytes = new Uint8Array(await file.arrayBuffer())
        const source = core.open('qs_source_open_as', file.name, bytes, bytes.length, bytes.length)
        try {
            const [tensor] = core.json('qs_source_json', source).tensors
            const values = tensor ? tensor.rows * tensor.dim : 0
            const problem = !values
                ? 'there is no array in it'
                : values > MOST_VALUES
                  ? `it has ${values} values; at most ${MOST_VALUES} are taken`
                  : (tensor.problem ?? (tensor.order ? 'its values lie by columns; save them by rows' : ''))
            if (problem) throw new CoreError({ message: `${file.name}: ${problem}` })
            const raw = bytes.subarray(tensor.offset, tensor.offset + tensor.rows * tensor.row_bytes)
            const room = core.alloc(values * 4)
            try {
                core.call('qs_source_rows', source, 0, 0, raw, tensor.rows, room)
                const floats = /** @type {Float32Array} */ (core.take(room, Float32Array, values))
                return { values: floats, shape: tensor.shape, dtype: tensor.dtype }
            } finally {
                core.free(room)
            }
        } finally {
            core.call('qs_source_close', source)
        }
    }

    /** @param {File} file */
    async #labels(file) {
        const { values } = await this.#read(file)
        const wrong = values.findIndex(value => !(Number.isInteger(value) && value >= 0))
        if (wrong >= 0)
            throw new CoreError({
                message: `${file.name}: the label of sample ${wrong} is ${values[wrong]}; labels are whole numbers from 0`,
            })
        return Uint32Array.from(values)
    }

    /** A net that is fed and has no recipes yet. */
    #prepare() {
        if (this.#net) this.core.call('qs_net_close', this.#net)
        this.#net = 0
        const net = this.core.open('qs_net_open', this.#weights, this.#weights.length, '', '')
        this.#net = net
        for (const { name, rows, count, dim, pixels, labels } of this.#sets) {
            this.core.call('qs_net_feed', net, name, 0, rows, count, dim, Number(pixels))
            if (labels) this.core.call('qs_net_labels', net, name, 0, labels, labels.length)
        }
    }

    /**
     * Does recipes, one after another. Resolves to the report of those that are done; stopped: whether there are more.
     * @param {string[]} recipes
     * @param {(at: At, report: any) => void} [on] hears what is being done, with a report whenever one more is done
     */
    async run(recipes, on) {
        const turn = ++this.#turn
        this.#prepare()
        this.core.call('qs_net_recipes', this.#net, recipes.join('\n'))
        let done = -1
        let epoch = -1
        let since = performance.now()
        const tell = (/** @type {boolean} */ always) => {
            const at = /** @type {At} */ (this.core.json('qs_net_progress_json', this.#net))
            const isNew = at.result > Math.max(done, 0)
            if (on && (always || isNew || at.epoch !== epoch)) on(at, isNew ? this.#report() : null)
            if (isNew) done = at.result
            epoch = at.epoch
        }
        for (let more = 1; more > 0;) {
            more = this.core.call('qs_net_step', this.#net, WORK)
            const isLate = performance.now() - since > SLICE_MS
            tell(isLate)
            if (!isLate) continue
            await breathe()
            if (turn !== this.#turn) return { report: null, stopped: true }
            since = performance.now()
        }
        return { report: this.#report(), stopped: false }
    }

    #report = () => this.core.json('qs_net_json', this.#net)

    /** Ends the run. Resolves to the report of what was done. */
    stop() {
        this.#turn++
        return this.#report()
    }

    /** The samples whose answer a result changed, those of different kinds first. @param {number} result @returns {Changes} */
    changes(result) {
        const all = this.core.json('qs_net_changes_json', this.#net, result)
        const pictures = (/** @type {number[]} */ samples) =>
            byKind(
                samples.map(sample => {
                    const about = this.sample(sample)
                    const { answer: to } = about.results.find(
                        (/** @type {{ recipe: string }} */ one) => one.recipe === all.recipe,
                    )
                    return { sample, label: about.label, from: about.float.answer, to }
                }),
            )
        return { lost: pictures(all.lost), gained: pictures(all.gained), wrong: pictures(all.wrong) }
    }

    /** @param {number} sample */
    sample(sample) {
        return this.core.json('qs_net_sample_json', this.#net, sample)
    }

    /** @param {number} result @param {number} layer @param {number} sample @param {number} output */
    product(result, layer, sample, output) {
        return this.core.json('qs_net_product_json', this.#net, result, layer, sample, output, 0)
    }

    /** @param {number} result @param {number} layer @param {number} bins */
    activations(result, layer, bins) {
        return this.core.json('qs_net_activations_json', this.#net, result, layer, bins)
    }

    close() {
        this.#turn++
        if (this.#net) this.core.call('qs_net_close', this.#net)
        this.#net = 0
        this.#sets = []
    }
}

/** Grey levels of samples: 0 to the divisor; without one, the least to the largest value. @param {Float32Array} rows @param {number} divisor */
function greys(rows, divisor) {
    const low = divisor ? 0 : rows.reduce((x, y) => Math.min(x, y), Infinity)
    const high = divisor || rows.reduce((x, y) => Math.max(x, y), -Infinity)
    return Uint8Array.from(rows, value => Math.min(255, ((value - low) / (high - low || 1)) * 255))
}
