namespace ChainHealth.Cli;

/// <summary>A process to start and to watch.</summary>
/// <param name="Name">Of the member or program; also of its log file.</param>
/// <param name="Program">Which program.</param>
/// <param name="Arguments">Without --parent-pid, which is added at the start.</param>
/// <param name="LogFile">Receives what it prints, at most <see cref="LogBytesMax"/>.</param>
/// <param name="RestartsMax">How often it is started again when it ends by itself.</param>
public sealed record ChildSpec(
    string Name, ProgramFile Program, IReadOnlyList<string> Arguments, string LogFile, int RestartsMax)
{
    public const long LogBytesMax = 32L * 1024 * 1024;

    /// <summary>The lines kept in memory to explain an unexpected end.</summary>
    public const int TailLines = 12;

    /// <summary>Set for the child in addition to this process's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
