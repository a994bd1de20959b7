using System.Collections.Immutable;
using System.Globalization;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

/// <summary>A named field of a decoded transaction.</summary>
/// <param name="IsHash">Shown in fixed-width type, shortened, with a copy button.</param>
/// <param name="Href">The page of what is named; null where the value itself is all there is.</param>
public sealed record Field(string Name, string Value, bool IsHash = false, string? Href = null);

/// <summary>Every field of a transaction's body, by its kind.</summary>
public static class TransactionFields
{
    public static ImmutableArray<Field> Of(TransactionBody body, Func<MemberId, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(nameOf);
        return body switch
        {
            NoteBody b => [new("Size", Text.Bytes(b.Content.Length))],
            StartRunBody b => OfPlan(b.Plan, nameOf),
            StopRunBody b => [Run(b.Run), new("Reason", b.Reason)],
            ApprovePlanBody b => [Run(b.Run), Hash("Plan", b.PlanHash, Urls.Run(b.Run))],
            CommitPoolBody b =>
            [
                Run(b.Run), new("Records", Number(b.Pool.Records)), new("Packages", Text.Bytes(b.Pool.PackageBytes)),
                .. OfShares(b.Pool.Shares),
            ],
            AttestPoolBody b => [Run(b.Run)],
            CommitUpdateBody b =>
            [
                Run(b.Run), Round(b.Run, b.Round), new("Samples", Number(b.Samples)),
                new("Packages", Text.Bytes(b.PackageBytes)), .. OfShares(b.Shares),
            ],
            AttestUpdatesBody b =>
                [Run(b.Run), Round(b.Run, b.Round), new("Hospitals", Text.Join(b.Hospitals.Select(nameOf)))],
            CastVerdictBody b => OfVerdict(b),
            CastModelBody b =>
            [
                Run(b.Run), Round(b.Run, b.Round), new("Attempt", Number(b.Vote.Attempt)), Model(b.Vote.Model),
                .. OfCost(b.Vote.Cost),
            ],
            ReportAbortBody b =>
                [Run(b.Run), Round(b.Run, b.Round), new("Attempt", Number(b.Attempt)), new("Reason", b.Reason)],
            ConfirmModelBody b => [Run(b.Run), Round(b.Run, b.Round), Model(b.Model)],
            ReportMetricsBody b =>
            [
                Run(b.Run), Round(b.Run, b.Round), Model(b.Model),
                new("Accuracy", Text.PerMille(b.Metrics.Accuracy)),
                new("Recall by class", string.Join(" · ", b.Metrics.Recalls.Select(Text.PerMille))),
                new("Area under curve", Text.PerMille(b.Metrics.AreaUnderCurve)),
            ],
            CommitReferenceBody b =>
                [Run(b.Run), Round(b.Run, b.Round), new("Packages", Text.Bytes(b.PackageBytes)), .. OfShares(b.Shares)],
            AttestReferenceBody b => [Run(b.Run), Round(b.Run, b.Round)],
            ReportFaultBody b => [Run(b.Run), Round(b.Run, b.Round), .. OfFault(b.Report, nameOf)],
            StateCopiesBody b => [Run(b.Run), Round(b.Run, b.Round), .. OfCopies(b.Statement, nameOf)],
            _ => MemberFields.Of(body, nameOf),
        };
    }

    private static ImmutableArray<Field> OfFault(FaultReport r, Func<MemberId, string> nameOf) =>
    [
        new("Attempt", Number(r.Attempt)), new("Exchange", Number(r.Exchange)), new("Kind", r.Kind.ToString()),
        new("Accused", nameOf(r.Accused)), new("Witness", nameOf(r.Witness)),
        .. r.Seen.Select((d, i) => Hash($"Seen {i + 1}", d)),
    ];

    private static ImmutableArray<Field> OfCopies(CopyStatement s, Func<MemberId, string> nameOf) =>
    [
        new("Attempt", Number(s.Attempt)), new("Exchange", Number(s.Exchange)),
        new("Accused", nameOf(s.Accused)), new("Witness", nameOf(s.Witness)), new("Answers", nameOf(s.Reporter)),
        .. s.Copies.Select((d, i) => Hash($"Copy {i + 1}", d)),
    ];

    private static ImmutableArray<Field> OfPlan(RunPlan p, Func<MemberId, string> nameOf) =>
    [
        new("Title", p.Title), new("Data set", p.Dataset), new("Classes", string.Join(", ", p.ClassNames)),
        new("Network", p.Architecture.ToString()), new("Rounds", Number(p.Rounds)),
        new("Hospitals", Text.Join(p.Hospitals.Select(nameOf))),
        new("Minimum of updates", Number(p.MinimumUpdates)),
        new("Committee", Text.Join(p.Committee.Select(nameOf))),
        new("Check", p.Policy.Enabled
            ? $"draw of {p.Policy.DrawSize}, accuracy floor {Text.PerMille(p.Policy.AccuracyFloor)}, "
              + $"recall floor {Text.PerMille(p.Policy.RecallFloor)}"
            : "none: updates are summed unverified"),
        new("Rehearsal of attacks", p.Rehearsal ? "allowed" : "not allowed"),
    ];

    private static ImmutableArray<Field> OfVerdict(CastVerdictBody b) =>
    [
        Run(b.Run), Round(b.Run, b.Round), new("Attempt", Number(b.Vote.Attempt)),
        new("Accepted bits", $"{b.Vote.AcceptedBits:b}"), Hash("Transcript", b.Vote.Transcript), .. OfCost(b.Vote.Cost),
    ];

    private static ImmutableArray<Field> OfCost(JobCost cost) =>
    [
        new("Sent", Text.Bytes(cost.BytesSent)), new("Exchanges", Number(cost.Exchanges)),
        new("Time", Text.Duration(TimeSpan.FromMilliseconds(cost.Milliseconds))),
    ];

    private static IEnumerable<Field> OfShares(ShareHashes shares) =>
        shares.ToArray().Select((h, i) => Hash($"Share hash H{i}", h));

    private static Field Run(RunId run) => new("Run", run.ToString(), Href: Urls.Run(run));

    private static Field Round(RunId run, int round) => new("Round", Number(round), Href: Urls.Round(run, round));

    private static Field Model(Digest model) => Hash("Model", model, Urls.Model(model));

    internal static Field Hash(string name, Digest digest, string? href = null) =>
        new(name, digest.ToString(), true, href);

    internal static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
