using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Canonical bytes of transaction bodies: the kind, then the fields in the order of the record.</summary>
internal static class BodyCodec
{
    public static void Write(CanonicalWriter w, TransactionBody body)
    {
        w.Byte((byte)KindOf(body));
        if (MemberBodyCodec.TryWrite(w, body))
        {
            return;
        }

        switch (body)
        {
            case NoteBody b:
                w.Bytes(b.Content.Span);
                break;
            case StartRunBody b:
                RunPlanCodec.Write(w, b.Plan);
                break;
            case StopRunBody b:
                w.UInt32(b.Run.Value).Text(b.Reason);
                break;
            case ApprovePlanBody b:
                w.UInt32(b.Run.Value).Digest(b.PlanHash);
                break;
            case CommitPoolBody b:
                RecordCodec.Write(w.UInt32(b.Run.Value), b.Pool);
                break;
            case AttestPoolBody b:
                w.UInt32(b.Run.Value);
                break;
            default:
                WriteRoundBody(w, body);
                break;
        }
    }

    /// <summary>Null where the bytes are no body; the reader then holds the fault.</summary>
    public static TransactionBody? Read(ref CanonicalReader r)
    {
        TransactionKind kind = r.Enum<TransactionKind>();
        if (r.Failed)
        {
            return null;
        }

        TransactionBody? body = kind switch
        {
            TransactionKind.Note => new NoteBody(new ByteString(r.Bytes(NoteBody.BytesMax).ToArray())),
            TransactionKind.StartRun => RunPlanCodec.Read(ref r) is { } plan ? new StartRunBody(plan) : null,
            TransactionKind.StopRun => new StopRunBody(ReadRun(ref r), r.Text(StopRunBody.ReasonBytesMax)),
            TransactionKind.ApprovePlan => new ApprovePlanBody(ReadRun(ref r), r.Digest()),
            TransactionKind.CommitPool => new CommitPoolBody(ReadRun(ref r), RecordCodec.ReadPool(ref r)),
            TransactionKind.AttestPool => new AttestPoolBody(ReadRun(ref r)),
            TransactionKind.AdmitMember
                or (>= TransactionKind.ReportEquivocation and <= TransactionKind.ProposeMember) =>
                MemberBodyCodec.Read(kind, ref r),
            _ => ReadRoundBody(kind, ref r),
        };
        return r.Failed ? null : body;
    }

    public static TransactionKind KindOf(TransactionBody body) => body switch
    {
        NoteBody => TransactionKind.Note,
        StartRunBody => TransactionKind.StartRun,
        StopRunBody => TransactionKind.StopRun,
        ApprovePlanBody => TransactionKind.ApprovePlan,
        CommitPoolBody => TransactionKind.CommitPool,
        AttestPoolBody => TransactionKind.AttestPool,
        CommitUpdateBody => TransactionKind.CommitUpdate,
        AttestUpdatesBody => TransactionKind.AttestUpdates,
        CastVerdictBody => TransactionKind.CastVerdict,
        CastModelBody => TransactionKind.CastModel,
        ReportAbortBody => TransactionKind.ReportAbort,
        ConfirmModelBody => TransactionKind.ConfirmModel,
        ReportMetricsBody => TransactionKind.ReportMetrics,
        CommitReferenceBody => TransactionKind.CommitReference,
        AttestReferenceBody => TransactionKind.AttestReference,
        ReportFaultBody => TransactionKind.ReportFault,
        StateCopiesBody => TransactionKind.StateCopies,
        _ => MemberBodyCodec.KindOf(body)
            ?? throw new ArgumentException($"unknown body {body.GetType().Name}", nameof(body)),
    };

    private static void WriteRoundBody(CanonicalWriter w, TransactionBody body)
    {
        switch (body)
        {
            case CommitUpdateBody b:
                RecordCodec.Write(Round(w, b.Run, b.Round), b.Shares);
                w.Int32(b.Samples).Int64(b.PackageBytes);
                break;
            case AttestUpdatesBody b:
                Round(w, b.Run, b.Round).List(b.Hospitals, (x, h) => x.UInt32(h.Value));
                break;
            case CastVerdictBody b:
                RecordCodec.Write(Round(w, b.Run, b.Round), b.Vote);
                break;
            case CastModelBody b:
                RecordCodec.Write(Round(w, b.Run, b.Round), b.Vote);
                break;
            case ReportAbortBody b:
                Round(w, b.Run, b.Round).Int32(b.Attempt).Text(b.Reason);
                break;
            case ConfirmModelBody b:
                Round(w, b.Run, b.Round).Digest(b.Model);
                break;
            case ReportMetricsBody b:
                RecordCodec.Write(Round(w, b.Run, b.Round).Digest(b.Model), b.Metrics);
                break;
            case CommitReferenceBody b:
                RecordCodec.Write(Round(w, b.Run, b.Round), b.Shares);
                w.Int64(b.PackageBytes);
                break;
            case AttestReferenceBody b:
                Round(w, b.Run, b.Round);
                break;
            case ReportFaultBody b:
                DisputeCodec.Write(Round(w, b.Run, b.Round), b.Report);
                break;
            case StateCopiesBody b:
                DisputeCodec.Write(Round(w, b.Run, b.Round), b.Statement);
                break;
            default:
                throw new ArgumentException($"unknown body {body.GetType().Name}", nameof(body));
        }
    }

    private static TransactionBody? ReadRoundBody(TransactionKind kind, ref CanonicalReader r)
    {
        RunId run = ReadRun(ref r);
        int round = r.Int32();
        return kind switch
        {
            TransactionKind.CommitUpdate =>
                new CommitUpdateBody(run, round, RecordCodec.ReadShares(ref r), r.Int32(), r.Int64()),
            TransactionKind.AttestUpdates => new AttestUpdatesBody(
                run, round, r.List(RunPlan.HospitalsMax, (ref CanonicalReader x) => new MemberId(x.UInt32()))),
            TransactionKind.CastVerdict => new CastVerdictBody(run, round, RecordCodec.ReadVerdictVote(ref r)),
            TransactionKind.CastModel => new CastModelBody(run, round, RecordCodec.ReadModelVote(ref r)),
            TransactionKind.ReportAbort =>
                new ReportAbortBody(run, round, r.Int32(), r.Text(ReportAbortBody.ReasonBytesMax)),
            TransactionKind.ConfirmModel => new ConfirmModelBody(run, round, r.Digest()),
            TransactionKind.ReportMetrics =>
                new ReportMetricsBody(run, round, r.Digest(), RecordCodec.ReadMetrics(ref r)),
            TransactionKind.CommitReference =>
                new CommitReferenceBody(run, round, RecordCodec.ReadShares(ref r), r.Int64()),
            TransactionKind.AttestReference => new AttestReferenceBody(run, round),
            TransactionKind.ReportFault => new ReportFaultBody(run, round, DisputeCodec.ReadReport(ref r)),
            TransactionKind.StateCopies => new StateCopiesBody(run, round, DisputeCodec.ReadStatement(ref r)),
            _ => null,
        };
    }

    private static CanonicalWriter Round(CanonicalWriter w, RunId run, int round) => w.UInt32(run.Value).Int32(round);

    private static RunId ReadRun(ref CanonicalReader r) => new(r.UInt32());
}
