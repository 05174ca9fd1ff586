// The header: the views, the data that is open, the device, the link and the theme.
import { data, device, status } from '../state/session.js'
import { set, state } from '../state/store.js'
import { toggleTheme } from '../state/theme.js'
import { count } from '../text/numbers.js'
import { CopyButton } from '../parts/copy.jsx'
import { openDialog } from '../parts/open.js'
import { Icon, Mark } from '../parts/signs.jsx'
import { VIEWS } from '../views.js'
import { loadView } from './loaded-views.js'

export function Header() {
    return (
        <header class="top">
            <div>
                <span class="brand">
                    <Mark />
                    Quantscope
                </span>
                <nav aria-label="Views">
                    {VIEWS.map(({ name, title }) => (
                        <button
                            key={name}
                            aria-current={state.value.view === name ? 'page' : undefined}
                            onClick={() => set({ view: name })}
                            onPointerEnter={() => loadView(name)}
                            onFocus={() => loadView(name)}
                        >
                            {title}
                        </button>
                    ))}
                </nav>
                <div class="tools">
                    <DataChip />
                    <span class="device">{device.value}</span>
                    <CopyButton class="button share" text={() => location.href} label="Share: copy the link">
                        <Icon name="share" />
                    </CopyButton>
                    <button
                        class="button take"
                        aria-label="Copy command, export"
                        onClick={() => openDialog('export')}
                    >
                        <Icon name="export" />
                    </button>
                    <button class="button theme" aria-label="Light or dark" onClick={toggleTheme}>
                        <Icon name="theme" />
                    </button>
                </div>
            </div>
        </header>
    )
}

function DataChip() {
    const open = data.value
    return (
        <button class="chip" aria-haspopup="dialog" onClick={() => openDialog('data')}>
            <Icon name="data" />
            {open ? (
                <span>
                    <b>{open.name}</b>{' '}
                    <span class="quiet">
                        {count(open.base.rows)} × {count(open.base.dim)}
                    </span>
                </span>
            ) : (
                <span class="quiet">{status.value.at === 'loading' ? 'Opening' : 'No vectors yet'}</span>
            )}
        </button>
    )
}
