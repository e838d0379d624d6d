# bash completion for PROGRAM: the program itself answers.
_PROGRAM_complete() {
    local answer
    COMPREPLY=()
    while IFS= read -r answer; do
        COMPREPLY+=("$answer")
    done < <(IAMCTL_COMPLETE=bash COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" "$1" "$1" "$2" "$3" 2>/dev/null)
    # A folder or a scheme goes on: no blank behind it.
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/:=] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F _PROGRAM_complete PROGRAM
