// All that may lie over the page: dialogs and explanations. Loaded after the page is drawn.
import './overlays.css'
import { DataDialog } from './data-dialog.jsx'
import { keepPage } from './installed.js'
import { Explain } from './explain.jsx'
import { lazy } from '../parts/lazy.jsx'
import { Dialog } from './dialog.jsx'
import { Update } from './update.jsx'
import { About, Keys, Licences } from './about-dialogs.jsx'

void keepPage()

const Export = lazy(async () => (await import('../export/export.jsx')).Export)
const Report = lazy(async () => (await import('../export/report.jsx')).Report)

export const Overlays = () => (
    <>
        <Explain />
        <DataDialog />
        <Dialog name="export" title="Copy command, export" wide>
            <Export />
        </Dialog>
        <Report />
        <Update />
        <Keys />
        <Licences />
        <About />
    </>
)
