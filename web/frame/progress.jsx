// The progress row under the header: what is being measured, for how long, and the button that ends it. Its place
// stays when it is done.
import { useEffect, useState } from 'preact/hooks'
import { asked, openView, progress, status, measured, timing } from '../state/session.js'
import { DRAWN_MS, start, stop } from '../state/run.js'
import { count, plural } from '../text/numbers.js'

export function Progress() {
    const [, tick] = useState(0)
    const { at, since, lasted } = status.value
    useEffect(() => {
        if (at !== 'running') return
        const timer = setInterval(() => tick(n => n + 1), DRAWN_MS)
        return () => clearInterval(timer)
    }, [at])
    const specs = asked.value
    const done = specs.filter(spec => measured.value.has(spec)).length
    const now = progress.value?.name
    const seconds = (at === 'running' ? performance.now() - since : lasted) / 1000
    const share = specs.length ? done / specs.length : 0
    // a view that needs no run has a row for one only while it goes on elsewhere
    const isIdle = !openView()?.measures && at !== 'running' && at !== 'stopped'
    return (
        <div class="progress" hidden={isIdle} style={{ '--p': at === 'running' ? share : 0 }}>
            {at === 'running' && (
                <>
                    <span>
                        <b>
                            {count(done)} of {count(specs.length)} specs
                        </b>
                        {now && (
                            <>
                                , now <code>{now}</code>
                            </>
                        )}
                    </span>
                    <span class="quiet wide">{seconds.toFixed(1)} s so far</span>
                    <button class="button line" onClick={stop}>
                        Stop
                    </button>
                </>
            )}
            {at === 'stopped' && (
                <>
                    <span>
                        <b>Stopped</b>, {count(done)} of {count(specs.length)} specs
                        <span class="wide"> measured</span>
                    </span>
                    <button class="button line" onClick={start}>
                        Continue
                    </button>
                </>
            )}
            {at === 'done' && (
                <span class="quiet">
                    {plural(done, 'spec')} measured in {seconds.toFixed(1)} s
                    {timing.value && ', repeating the timings'}
                </span>
            )}
            {at === 'loading' && <span class="quiet">Opening the demo sentences</span>}
            <span class="hidden" role="status">
                {at === 'running'
                    ? 'Measuring'
                    : at === 'done'
                      ? 'All specs measured'
                      : at === 'stopped'
                        ? 'Stopped'
                        : ''}
            </span>
        </div>
    )
}
