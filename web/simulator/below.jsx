// What stands below the first screen: two formats side by side when that is asked for, the summary, and one value.
import './details.css'
import '../parts/cells.css'
import { data } from '../state/session.js'
import { state } from '../state/store.js'
import { Both } from './both.jsx'
import { Details } from './details.jsx'
import { LEAST_ROWS } from './stops.js'
import { Summary } from './summary.jsx'

/** @param {{ a: string, b: string, query: number, near: { value: any, isFresh: boolean }, lost: any, look: import('./details.jsx').Look }} props */
export const Below = ({ a, b, query, near, lost, look }) => (
    <>
        {state.value.both && <Both near={near.value} lost={lost} />}
        {(data.value?.base.rows ?? 0) >= LEAST_ROWS && <Summary a={a} />}
        <Details {...{ a, b, query, near, look }} />
    </>
)
