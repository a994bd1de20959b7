using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>The round as a state machine: each function takes a run, who acts and the block time, and answers with the
/// next run or with the reason why the act is refused.</summary>
public static partial class RunRules
{
}
