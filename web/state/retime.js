// After a run, what took too little time to be measured well is timed once more, while no one uses the page.
import { effect } from '@preact/signals'
import { slowest } from '../engine/client.js'
import { TIMED_MS } from '../engine/shard.js'
import { measured, needed, shown, timing } from './session.js'

/** How long all timing after a run takes, and how long the page is let alone before it goes on. */
const RETIME_MS = 3000
const HANDS_OFF_MS = 300

/** The stages whose time is shown. */
const TIMED = ['encode', 'search']

/**
 * Times what took too little time to be measured well, a spec after the other, A and B first: the run stays open for
 * questions meanwhile, and ends with the next. It waits while no speed is on screen.
 * @param {{ pool: import('../engine/client.js').Pool, specs: string[] }} mine
 * @param {() => boolean} isOn whether the run is still the one that is on
 */
export async function timeAgain(mine, isOn) {
    const { a, b } = shown.peek() ?? {}
    const first = mine.specs.filter(spec => spec === a || spec === b)
    const plan = [...new Set([...first, ...mine.specs])].flatMap(spec => {
        const known = measured.peek().get(spec)
        const brief = TIMED.filter(stage => (known?.seconds[stage] ?? Infinity) * 1000 < TIMED_MS)
        return known && !known.result.problem && brief.length ? [{ spec, brief }] : []
    })
    const ms = Math.min(TIMED_MS, RETIME_MS / plan.reduce((sum, { brief }) => sum + brief.length, 0))
    for (const { spec, brief } of plan) {
        const index = mine.specs.indexOf(spec)
        await speedsShown()
        await handsOff()
        if (!isOn()) return
        timing.value = true
        const parts = await Promise.all(mine.pool.shards.map(shard => shard.retime(index, brief, ms)))
        const known = measured.peek().get(spec)
        if (!isOn() || !known) return
        const seconds = { ...known.seconds, ...slowest(parts) }
        measured.value = new Map(measured.peek()).set(spec, { ...known, seconds })
    }
    timing.value = false
}

/** Once the person has let the page alone for a moment: timing takes the processor that a control needs. */
async function handsOff() {
    for (let left = 1; left > 0;) {
        left = lastInput + HANDS_OFF_MS - performance.now()
        if (left > 0) await new Promise(resolve => setTimeout(resolve, left))
    }
}
let lastInput = 0
for (const event of ['keydown', 'pointerdown', 'pointermove', 'wheel'])
    addEventListener(event, () => (lastInput = performance.now()), { passive: true })

/** Once a view that shows speeds is open: one that needs figures. */
const speedsShown = () =>
    new Promise(resolve => {
        const watch = effect(() => {
            if (needed.value.length) setTimeout(() => resolve(watch()))
        })
    })
