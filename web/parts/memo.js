// A part that is drawn anew only when one of its properties is another, or a signal that it reads.
import { Component, h } from 'preact'

/**
 * @template {object} Props
 * @param {(props: Props) => import('preact').ComponentChildren} Part
 * @returns {(props: Props & { key?: string }) => import('preact').JSX.Element}
 */
export const memo = Part =>
    /** @type {any} */ (
        class extends Component {
            /** @param {any} next */
            shouldComponentUpdate(next) {
                const now = /** @type {any} */ (this.props)
                return Object.keys(next).some(name => next[name] !== now[name])
            }
            /** @param {any} props */
            render(props) {
                return h(Part, props)
            }
        }
    )
