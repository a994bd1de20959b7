using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Whom the words of the validators name: one, to be left out; two, of which one lies; or nobody.</summary>
/// <param name="Suspects">Seats, in ascending order.</param>
internal sealed record PredictionRuling(ImmutableArray<int> Suspects, string Reason)
{
    public static PredictionRuling Nobody { get; } = new([], "");

    public static PredictionRuling One(int seat, string reason) => new([seat], reason);

    public static PredictionRuling Pair(int a, int b, string reason) => new([Math.Min(a, b), Math.Max(a, b)], reason);
}

/// <summary>The rules E2 to E10 of ROUND.md on a private prediction. The asker applies them to signed words; each is
/// sound while at most one of the four lies.</summary>
internal static class PredictionDispute
{
    private const int OneHonest = 2;

    /// <summary>The fault that is settled: the earliest one; null where there are silences only.</summary>
    public static PredictionWord? Settled(IEnumerable<PredictionWord> words) =>
        words.Where(w => w.Kind == PredictionWordKind.Fault).MinBy(w => (w.Exchange, w.Party));

    /// <summary>Whether the two whom the fault names have to state what they sent.</summary>
    public static bool WantsStatements(PredictionWord fault) => !fault.Digests.IsEmpty;

    /// <param name="accused">The statement of the accused; null where it made none.</param>
    /// <param name="witness">The same of the witness.</param>
    public static PredictionRuling OnFault(
        PredictionWord fault, PredictionWord? accused, PredictionWord? witness)
    {
        string where = $"in exchange {fault.Exchange}";
        if (!WantsStatements(fault))
        {
            return PredictionRuling.Pair(fault.Reporter, fault.Accused, $"sent what no honest party sends, {where}");
        }

        if (accused is null || witness is null)
        {
            // The report may be about an exchange of which an honest party has no copy.
            return PredictionRuling.Pair(fault.Reporter, accused is null ? fault.Accused : fault.Witness,
                $"one does not say what it sent to the other {where}");
        }

        if (fault.Digests.Length > 1)
        {
            return OnKeys(fault, accused, witness);
        }

        return accused.Digests[0] != witness.Digests[0]
            ? PredictionRuling.Pair(fault.Accused, fault.Witness, $"signed different values {where}")
            : accused.Digests[0] != fault.Digests[0]
                ? PredictionRuling.Pair(fault.Reporter, fault.Accused, $"differ on what was sent {where}")
                : PredictionRuling.Pair(fault.Reporter, fault.Witness, $"differ on a tag {where}");
    }

    /// <summary>Nobody sent anything wrong; some miss others.</summary>
    public static PredictionRuling OnSilence(IReadOnlyList<PredictionWord> words)
    {
        PredictionWord[] claims = [.. words.Where(w => w.Kind == PredictionWordKind.Silence
            && !words.Any(own => own.Party == w.Accused && own.Accused != w.Party && own.Exchange <= w.Exchange))];
        if (claims.GroupBy(c => c.Accused).FirstOrDefault(g => g.Count() >= OneHonest) is { } missed)
        {
            return PredictionRuling.One(missed.Key, "is silent");
        }

        return claims.MinBy(c => (c.Exchange, c.Party)) is { } only
            ? PredictionRuling.Pair(only.Party, only.Accused, $"one misses the other in exchange {only.Exchange}")
            : PredictionRuling.Nobody;
    }

    /// <summary>A contributor's own word is held against the words of those it sent to.</summary>
    private static PredictionRuling OnKeys(PredictionWord fault, PredictionWord accused, PredictionWord witness)
    {
        (int Seat, ImmutableArray<Digest> Words)[] holders =
        [
            .. new[] { (fault.Reporter, fault.Digests), (fault.Accused, accused.Digests),
                (fault.Witness, witness.Digests) }.OrderBy(h => h.Item1),
        ];
        for (int c = 0; c < holders.Length; c++)
        {
            int[] against = [.. holders.Where(h => h.Words[c] != holders[c].Words[c]).Select(h => h.Seat)];
            if (against.Length > 1)
            {
                return PredictionRuling.One(holders[c].Seat, "told two others different things about a key");
            }

            if (against.Length == 1)
            {
                return PredictionRuling.Pair(holders[c].Seat, against[0], "differ on a contribution to a key");
            }
        }

        return PredictionRuling.Pair(fault.Reporter, fault.Witness, "differ on a key of agreed contributions");
    }
}
