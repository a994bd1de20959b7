using ChainHealth.Federation;

namespace ChainHealth.Cli;

/// <summary>States as words, the same in tables and in JSON.</summary>
public static class Words
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => "accepted",
        Verdict.Poisoned => "poisoned",
        Verdict.Missing => "missing",
        Verdict.Unchecked => "unchecked",
        Verdict.Suspended => "suspended",
        _ => "pending",
    };

    public static string Of(RunEnd end) => end switch
    {
        RunEnd.LastRound => "last-round",
        RunEnd.TargetReached => "target-reached",
        RunEnd.Stopped => "stopped",
        RunEnd.Failed => "failed",
        _ => "unknown",
    };
}
