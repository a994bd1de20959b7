using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Integer weights of the updates in the sum (ROUND.md, rule A2). A weight is the sample count; only the
/// largest count can exceed the sum of all the others, and it is then cut to that sum, so that no hospital outweighs
/// the rest together. Ties and order do not matter: the result depends on the counts alone. All validators compute it
/// from the chain.</summary>
public static class AggregationWeights
{
    /// <summary>Weights by hospital, each from 1 to the sum of the others. Fewer than two commitments give no
    /// cap.</summary>
    public static ImmutableSortedDictionary<MemberId, int> Of(IEnumerable<UpdateCommitment> commitments)
    {
        var weights = commitments.ToImmutableSortedDictionary(c => c.Hospital, c => c.Samples);
        if (weights.Count < 2)
        {
            return weights;
        }

        KeyValuePair<MemberId, int> largest = weights.MaxBy(w => w.Value);
        long others = weights.Values.Sum(w => (long)w) - largest.Value;
        return largest.Value > others ? weights.SetItem(largest.Key, (int)others) : weights;
    }
}
