using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ChainHealth.Cli;

/// <summary>Help with the examples at the end of a command's own page. A description may carry them after an empty
/// line; in the list of commands only its first part stands.</summary>
public sealed class ExamplesHelp : SynchronousCommandLineAction
{
    private readonly SynchronousCommandLineAction _plain;
    private readonly Dictionary<Command, string> _examples = [];

    private ExamplesHelp(SynchronousCommandLineAction plain) => _plain = plain;

    public static void Install(RootCommand root)
    {
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        var help = new ExamplesHelp((SynchronousCommandLineAction)option.Action!);
        help.Split(root);
        option.Action = help;
    }

    public override int Invoke(ParseResult parseResult)
    {
        int code = _plain.Invoke(parseResult);
        if (_examples.TryGetValue(parseResult.CommandResult.Command, out string? text))
        {
            parseResult.InvocationConfiguration.Output.WriteLine(text);
        }

        return code;
    }

    private void Split(Command command)
    {
        const string mark = "\n\nExample";
        string description = (command.Description ?? "").ReplaceLineEndings("\n");
        int at = description.IndexOf(mark, StringComparison.Ordinal);
        if (at >= 0)
        {
            _examples[command] = description[(at + 2)..] + "\n";
            command.Description = description[..at];
        }

        foreach (Command below in command.Subcommands)
        {
            Split(below);
        }
    }
}
