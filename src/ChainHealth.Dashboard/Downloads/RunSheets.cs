using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Dashboard.Edges;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Downloads;

/// <summary>What pages show of runs and blocks, as sheets.</summary>
public static class RunSheets
{
    /// <summary>Poisoning status of every update of a run, with the model that came of it.</summary>
    public static Sheet Updates(RunState run, Func<MemberId, string> nameOf) => new(
        $"run-{run.Id}-updates",
        ["run", "round", "hospital", "status", "reason", "records", "package bytes", "global model", "accuracy",
            "area under curve"],
        [
            .. run.Records.SelectMany(r => r.Outcomes.Select(o => ImmutableArray.Create<object?>(
                (long)run.Id.Value, r.Number, nameOf(o.Hospital), o.Verdict.ToString(), o.Reason,
                o.Commitment?.Samples, o.Commitment?.PackageBytes, r.Model?.ToString(),
                r.Metrics is { } m ? m.Accuracy / 1000.0 : null,
                r.Metrics is { } a ? a.AreaUnderCurve / 1000.0 : null))),
        ]);

    /// <summary>Every measured model of a run on the public test split.</summary>
    public static Sheet Measured(RunState run, RunFigures figures, Func<MemberId, string> nameOf) => new(
        $"run-{run.Id}-tests",
        ["run", "round", "model", "measured by", "records", "correct", "accuracy", "low 95 %", "high 95 %",
            "area under curve"],
        [
            .. figures.Models.OrderBy(m => m.Result.Round).ThenBy(m => m.Result.Subject).Select(m =>
            {
                Interval interval = Interval.Of(m.Result.Correct, m.Result.Count);
                return ImmutableArray.Create<object?>(
                    (long)run.Id.Value, m.Result.Round, m.Result.Subject.ToString(), nameOf(m.Server), m.Result.Count,
                    m.Result.Correct, interval.Share, interval.Low, interval.High,
                    m.Result.AreaUnderCurve < 0 ? null : m.Result.AreaUnderCurve / 10_000.0);
            }),
        ]);

    public static Sheet Blocks(IEnumerable<CertifiedBlock> blocks, Func<MemberId, string> nameOf) => new(
        "blocks",
        ["height", "time (UTC)", "block hash", "transaction", "kind", "sender", "sentence", "signatures"],
        [
            .. blocks.SelectMany(b => b.Block.Transactions.Select(t => (Signed: (SignedTransaction?)t, Block: b))
                .DefaultIfEmpty((null, b)).Select(x => ImmutableArray.Create<object?>(
                    (long)x.Block.Block.Header.Height.Value,
                    x.Block.Block.Header.Time.ToDateTimeOffset().ToString("u"),
                    x.Block.Block.Header.Hash().ToString(), x.Signed?.Transaction.Id().ToString(),
                    x.Signed is { } k ? Chain.TransactionText.Kind(k.Transaction.Body) : null,
                    x.Signed is { } s ? nameOf(s.Transaction.Sender) : null,
                    x.Signed is { } w ? Chain.TransactionText.Sentence(w.Transaction, nameOf) : null,
                    x.Block.Certificate.Signatures.Length))),
        ]);
}
