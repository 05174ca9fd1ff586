# Counts what the C test programs print: "passed failed". A program that ends without telling counts as one failed.
function close_program() {
    if (open && (!told || (exited && !bad))) failed++
    open = told = bad = exited = 0
}
/^\[ PROGRAM  \]/ { close_program(); open = 1 }
/^\[ EXIT     \]/ { exited = 1 }
/^\[  PASSED  \] [0-9]+ test/ { passed += $4; told = 1 }
/^\[  FAILED  \] [0-9]+ test/ { failed += $4; told = bad = 1 }
END { close_program(); print passed + 0, failed + 0 }
