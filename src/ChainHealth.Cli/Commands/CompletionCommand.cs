using System.CommandLine;

namespace ChainHealth.Cli;

/// <summary>chainhealth completion bash | zsh | fish: a script that asks the program itself what may come next.
/// </summary>
public static class CompletionCommand
{
    public const string Bash =
        """
        _chainhealth() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(chainhealth "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" \
                -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _chainhealth chainhealth
        """;

    public const string Zsh =
        """
        #compdef chainhealth
        _chainhealth() {
            local -a found
            found=("${(@f)$(chainhealth "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a found || _files
        }
        compdef _chainhealth chainhealth
        """;

    public const string Fish =
        """
        complete -c chainhealth -a '(chainhealth "[suggest:"(commandline -C)"]" (commandline -p | string collect))'
        """;

    private const string Help =
        """
        Print a completion script for your shell.

        Examples:
          eval "$(chainhealth completion bash)"
          chainhealth completion zsh > "${fpath[1]}/_chainhealth"
          chainhealth completion fish > ~/.config/fish/completions/chainhealth.fish
        """;

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", Help) { shell };
        command.SetAction(parsed => terminal.Line(parsed.GetValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
        return command;
    }
}
