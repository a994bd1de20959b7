namespace ChainHealth.Federation;

/// <summary>The next state of a run, or why the act is refused (then nothing changes).</summary>
public readonly record struct RunOutcome(RunState? Next, string? Fault)
{
    public static RunOutcome Refused(string fault) => new(null, fault);

    public static implicit operator RunOutcome(RunState next) => new(next, null);
}
