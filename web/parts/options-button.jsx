// The button that folds the options of a spec in and out, where a page is too narrow to show them.
import { Icon } from './signs.jsx'

/** @param {{ label: string, open: boolean, on: (open: boolean) => void }} props */
export const OptionsButton = ({ label, open, on }) => (
    <button class="button line narrow" aria-label={label} aria-expanded={open} onClick={() => on(!open)}>
        <Icon name="options" />
    </button>
)
