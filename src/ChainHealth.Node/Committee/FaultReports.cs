using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>An abort of the computation in the words of the chain.</summary>
internal static class FaultReports
{
    /// <param name="committee">By party.</param>
    public static FaultReport Of(int attempt, MpcAbortException abort, ImmutableArray<MemberId> committee)
    {
        FaultKind kind = abort.Cause == AbortCause.Silent ? FaultKind.Silence
            : abort.Seen.Length switch { 1 => FaultKind.Tag, 3 => FaultKind.Keys, _ => FaultKind.Message };
        MemberId accused = committee[abort.Suspect];
        return new FaultReport(attempt, kind, (int)abort.Exchange, accused,
            abort.Seen.IsEmpty ? accused : committee[abort.OtherSuspect], abort.Seen);
    }
}
