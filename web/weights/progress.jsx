// The progress row of the Weights view: how many tensors are measured, and the button that ends it.
import { count, plural } from '../text/numbers.js'
import { found, measured, now, start, status, stop } from './session.js'

export function Progress() {
    const { at, lasted } = status.value
    const all = measured.value.length
    const done = measured.value.filter(({ name }) => found.value.has(name) && !now.value.has(name)).length
    const [name] = now.value
    return (
        <div class="progress" style={{ '--p': at === 'running' && all ? done / all : 0 }}>
            {at === 'loading' && <span class="quiet">Opening the tensors</span>}
            {at === 'running' && (
                <>
                    <span>
                        <b>
                            {count(done)} of {plural(all, 'tensor')}
                        </b>
                        {name && (
                            <>
                                , now <code>{name}</code>
                            </>
                        )}
                    </span>
                    <button class="button line" onClick={stop}>
                        Stop
                    </button>
                </>
            )}
            {at === 'stopped' && (
                <>
                    <span>
                        <b>Stopped</b>, {count(done)} of {plural(all, 'tensor')}
                        <span class="wide"> measured</span>
                    </span>
                    <button class="button line" onClick={start}>
                        Continue
                    </button>
                </>
            )}
            {at === 'done' && (
                <span class="quiet">
                    {plural(done, 'tensor')} measured in {(lasted / 1000).toFixed(1)} s
                </span>
            )}
            <span class="hidden" role="status">
                {at === 'running'
                    ? 'Measuring'
                    : at === 'done'
                      ? 'All tensors measured'
                      : at === 'stopped'
                        ? 'Stopped'
                        : ''}
            </span>
        </div>
    )
}
