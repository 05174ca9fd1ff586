// Says that a newer page is there; it is taken when a person asks for it.
import { newer, takeNewer } from './installed.js'

export const Update = () =>
    newer.value && (
        <div class="update" role="status">
            A newer version of this page is ready.
            <button class="button line" onClick={takeNewer}>
                Reload
            </button>
            <button class="button line" onClick={() => void (newer.value = null)}>
                Later
            </button>
        </div>
    )
