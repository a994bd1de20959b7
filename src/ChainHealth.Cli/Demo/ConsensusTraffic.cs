using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>Bytes that the validators sent for consensus, by round: each validator reports its running total about once
/// a second, and what is added counts for the rounds that began since its last word, in equal parts, or for the current
/// one. A restarted validator counts from zero again.</summary>
public sealed class ConsensusTraffic
{
    private readonly Dictionary<MemberId, long> totals = [];
    private readonly Dictionary<MemberId, int> rounds = [];
    private readonly Dictionary<int, long> byRound = [];

    public long Of(int round) => byRound.GetValueOrDefault(round);

    /// <summary>Takes the totals before the first round as the start.</summary>
    public void Note(NodeStatus status, int round)
    {
        if (!status.Reachable)
        {
            return;
        }

        long before = totals.GetValueOrDefault(status.Validator, round == 0 ? 0 : status.ConsensusBytesSent);
        long added = status.ConsensusBytesSent >= before
            ? status.ConsensusBytesSent - before
            : status.ConsensusBytesSent;
        totals[status.Validator] = status.ConsensusBytesSent;
        int first = Math.Min(rounds.GetValueOrDefault(status.Validator, round) + 1, round);
        rounds[status.Validator] = round;
        for (int r = first; r <= round; r++)
        {
            byRound[r] = byRound.GetValueOrDefault(r) + (added / (round - first + 1));
        }
    }

    public void Note(ImmutableArray<NodeStatus> all, int round)
    {
        foreach (NodeStatus status in all)
        {
            Note(status, round);
        }
    }
}
