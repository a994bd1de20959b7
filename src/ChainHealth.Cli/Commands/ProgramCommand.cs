using System.CommandLine;

namespace ChainHealth.Cli;

/// <summary>Commands that hand everything after their name to another program and answer with its exit code.</summary>
public static class ProgramCommand
{
    public static Command Create(string name, string program, string description, string example)
    {
        var command = new Command(name, $"{description}\n\nExample:\n  {example}")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((parsed, cancellation) =>
            ProgramCall.PassThroughAsync(program, parsed.UnmatchedTokens, cancellation));
        return command;
    }

    /// <param name="prefix">Arguments before those of the user, for instance "dataset list".</param>
    public static Command Below(string name, string program, string description, params string[] prefix)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, cancellation) =>
            ProgramCall.PassThroughAsync(program, [.. prefix, .. parsed.UnmatchedTokens], cancellation));
        return command;
    }
}
