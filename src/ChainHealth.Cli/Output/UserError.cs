namespace ChainHealth.Cli;

/// <summary>Exit codes of the program, the same for every command.</summary>
public static class ExitCode
{
    public const int Done = 0;

    /// <summary>It was tried and failed, or the answer is "not valid".</summary>
    public const int Failed = 1;

    /// <summary>The command line asks for something that cannot be; nothing was started.</summary>
    public const int Usage = 2;
}

/// <summary>Something that the user can put right: one line what is wrong, one line what to do next. Printed without a
/// stack trace.</summary>
public sealed class UserError(string what, string next, int exitCode = ExitCode.Usage, Exception? cause = null)
    : Exception(what, cause)
{
    public string Next { get; } = next;

    public int Code { get; } = exitCode;

    /// <summary>Lines that help to see why, for instance the end of a log; printed below the two lines.</summary>
    public IReadOnlyList<string> Details { get; private init; } = [];

    public UserError With(IReadOnlyList<string> details) =>
        new(Message, Next, Code, InnerException) { Details = details };

    /// <summary>It was tried and failed.</summary>
    public static UserError Failure(string what, string next, Exception? cause = null) =>
        new(what, next, ExitCode.Failed, cause);
}
