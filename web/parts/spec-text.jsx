// A spec as text: where it is too long for its place it is broken after a colon or a comma.

/** @param {{ spec: string }} props */
export const SpecText = ({ spec }) => (
    <code>
        {spec.split(/(?<=[:,])/).map((piece, i) => (
            <>
                {i > 0 && <wbr />}
                {piece}
            </>
        ))}
    </code>
)
