// All that may lie over the page: dialogs and explanations. Loaded after the page is drawn.
import './overlays.css'
import { DataDialog } from './data-dialog.jsx'
import { Explain } from './explain.jsx'
import { About, Keys, Licences } from './about-dialogs.jsx'

export const Overlays = () => (
    <>
        <Explain />
        <DataDialog />
        <Keys />
        <Licences />
        <About />
    </>
)
