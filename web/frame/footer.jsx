// The footer: what the two signs mean, and the dialogs about the page itself.
import { openDialog } from '../parts/open.js'
import { Sign } from '../parts/signs.jsx'

export const Footer = () => (
    <footer>
        <div>
            <span>
                measured <Sign kind="measured" />
            </span>
            <span>
                computed <Sign kind="computed" />
            </span>
            <span class="quiet">Nothing leaves this machine.</span>
            <span class="links">
                <button onClick={() => openDialog('keys')}>Keys</button>
                <button onClick={() => openDialog('licences')}>Licences</button>
                <button onClick={() => openDialog('about')}>About</button>
            </span>
        </div>
    </footer>
)
