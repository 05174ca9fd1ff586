// A choice of many.

/**
 * Five values or more: a menu.
 * @param {{ label: string, value: string, values: { value: string, text?: string }[], on: (value: string) => void, class?: string }} props
 */
export const Menu = ({ label, value, values, on, class: more = '' }) => (
    <span class={`field menu ${more}`}>
        <select aria-label={label} value={value} onChange={event => on(event.currentTarget.value)}>
            {values.map(one => (
                <option key={one.value} value={one.value}>
                    {one.text ?? one.value}
                </option>
            ))}
        </select>
    </span>
)
