using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>How a dispute ends.</summary>
/// <param name="Reason">For the round's record: who is named, by whom.</param>
internal sealed record Ruling(string Reason, CommitteeStanding Standing);

/// <summary>Derives from public reports who is left out (ROUND.md, rules E). Each rule is sound while at most one
/// committee member is faulty: what it names contains the faulty one.</summary>
internal static class DisputeRules
{
    /// <summary>From the first report to the ruling at the latest: longer than a party waits in an exchange.</summary>
    public const int DisputeMs = 25_000;

    /// <summary>Once everybody but the accused has spoken, it has this long to explain itself.</summary>
    public const int AnswerMs = 5_000;

    /// <param name="computing">Members of this attempt.</param>
    /// <param name="spoken">Those that voted or reported a failure of their own.</param>
    /// <returns>Null while more words are awaited.</returns>
    public static Ruling? Judge(
        CommitteeStanding standing, Dispute dispute, ImmutableArray<MemberId> computing,
        ImmutableSortedSet<MemberId> spoken, Instant now)
    {
        bool over = dispute.Until is { } until && until <= now;
        if (dispute.Asked is { } reporter)
        {
            return Hard(standing, dispute, computing, reporter, over);
        }

        if (dispute.Reports.IsEmpty)
        {
            return null;
        }

        MemberId[] mute = [.. computing.Where(m => !spoken.Contains(m) && !dispute.Reports.ContainsKey(m))];
        return over || mute.Length == 0 ? Soft(standing, Unexplained(dispute), mute) : null;
    }

    /// <summary>True where all but a member that f+1 others miss have spoken: it is awaited a little longer only.
    /// </summary>
    public static bool IsAlmostOver(
        Dispute dispute, ImmutableArray<MemberId> computing, ImmutableSortedSet<MemberId> spoken) =>
        computing.Where(m => !spoken.Contains(m) && !dispute.Reports.ContainsKey(m))
            .All(Missed(Unexplained(dispute)).Contains);

    private static (MemberId Reporter, FaultReport Report)[] Unexplained(Dispute dispute) => [.. dispute.Reports
        .Where(r => !IsExplained(dispute, r.Key, r.Value)).Select(r => (r.Key, r.Value))];

    private static MemberId[] Missed((MemberId Reporter, FaultReport Report)[] claims) =>
        [.. claims.GroupBy(c => c.Report.Accused).Where(g => g.Count() >= OneHonest)
            .OrderByDescending(g => g.Count()).Select(g => g.Key)];

    private static int OneHonest => Quorum.Of(RunPlan.CommitteeSize).OneHonest;

    /// <summary>E2: a silence is explained where the accused itself had stopped by then for somebody else's fault.
    /// </summary>
    private static bool IsExplained(Dispute dispute, MemberId reporter, FaultReport claim) =>
        dispute.Reports.TryGetValue(claim.Accused, out FaultReport? own) && own.Accused != reporter
        && own.Exchange <= claim.Exchange;

    private static Ruling Soft(
        CommitteeStanding standing, (MemberId Reporter, FaultReport Report)[] claims, MemberId[] mute)
    {
        MemberId[] missed = Missed(claims);

        // E3: named by f+1 others, of which one is honest.
        if (missed.Length > 0)
        {
            IEnumerable<MemberId> by = claims.Where(c => c.Report.Accused == missed[0]).Select(c => c.Reporter);
            return new Ruling($"{missed[0]} is silent, as {Ids(by)} say", standing.Miss(missed[0]));
        }

        // E4: says nothing on the chain either while others report.
        if (mute.Length == 1)
        {
            return new Ruling($"{mute[0]} neither votes nor reports", standing.Miss(mute[0]));
        }

        // E5: one says that the other is silent, and is the only one: one of the two is faulty.
        if (claims.Length > 0)
        {
            (MemberId reporter, FaultReport report) = claims.MinBy(c => (c.Report.Exchange, c.Reporter.Value));
            return new Ruling(
                $"{reporter} misses {report.Accused} in exchange {report.Exchange}, nobody else does",
                standing.Suspect(reporter, report.Accused));
        }

        return new Ruling("the reports explain each other", standing);
    }

    private static Ruling? Hard(CommitteeStanding standing, Dispute dispute, ImmutableArray<MemberId> computing,
        MemberId reporter, bool over)
    {
        FaultReport report = dispute.Reports[reporter];
        string where = $"in exchange {report.Exchange}";
        if (report.Digests == 0)
        {
            // E6: private between the two.
            return new Ruling($"{reporter} got from {report.Accused} {where} what no honest party sends",
                standing.Suspect(reporter, report.Accused));
        }

        MemberId[] owing = [.. new[] { report.Accused, report.Witness }.Where(m => !dispute.Statements.ContainsKey(m))];
        if (owing.Length > 0)
        {
            // The report may be about an exchange of which an honest party has no copy any more, or never had one: no
            // word is no proof against the one that is asked, and leaving it out could leave three with the liar.
            return over
                ? new Ruling($"{owing[0]} does not say what it sent to {reporter} {where}",
                    standing.Suspect(reporter, owing[0]))
                : null;
        }

        ImmutableArray<Digest> sent = dispute.Statements[report.Accused].Copies;
        ImmutableArray<Digest> vouched = dispute.Statements[report.Witness].Copies;
        if (report.Kind == FaultKind.Keys)
        {
            return Keys(standing, reporter, report, computing, sent, vouched);
        }

        // E7 to E9: two of the three copies differ, or the tag was false.
        (MemberId a, MemberId b, string what) = sent[0] != vouched[0]
            ? (report.Accused, report.Witness, "signed different values")
            : sent[0] != report.Seen[0]
                ? (reporter, report.Accused, "differ on what was sent")
                : (reporter, report.Witness, "differ on a tag");
        return new Ruling($"{a} and {b} {what} {where}", standing.Suspect(a, b));
    }

    /// <summary>E10: three holders tell the three contributions to their key. A contributor's own word is held against
    /// the words of those it sent to.</summary>
    private static Ruling Keys(CommitteeStanding standing, MemberId reporter, FaultReport report,
        ImmutableArray<MemberId> computing, ImmutableArray<Digest> accused, ImmutableArray<Digest> witness)
    {
        var words = new Dictionary<MemberId, ImmutableArray<Digest>>
        {
            [reporter] = report.Seen, [report.Accused] = accused, [report.Witness] = witness,
        };
        MemberId[] holders = [.. computing.Where(words.ContainsKey)];
        for (int c = 0; c < holders.Length; c++)
        {
            Digest own = words[holders[c]][c];
            MemberId[] against = [.. holders.Where(h => words[h][c] != own)];
            if (against.Length > 1)
            {
                return new Ruling($"{holders[c]} told {Ids(against)} different things about a key",
                    standing.Convict(holders[c]));
            }

            if (against.Length == 1)
            {
                return new Ruling($"{holders[c]} and {against[0]} differ on a contribution to a key",
                    standing.Suspect(holders[c], against[0]));
            }
        }

        return new Ruling(
            $"{reporter} and {report.Witness} differ on a key of agreed contributions",
            standing.Suspect(reporter, report.Witness));
    }

    private static string Ids(IEnumerable<MemberId> members) => string.Join(", ", members.Order());
}
