using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>Canonical bytes of reports and statements (WIRE.md, "Round records"), and of what follows from them as part
/// of a run's digest.</summary>
public static class DisputeCodec
{
    public static void Write(CanonicalWriter writer, FaultReport report) =>
        writer.Int32(report.Attempt).Byte((byte)report.Kind).Int32(report.Exchange).UInt32(report.Accused.Value)
            .UInt32(report.Witness.Value).List(report.Seen, (w, d) => w.Digest(d));

    public static FaultReport ReadReport(ref CanonicalReader reader) => new(
        reader.Int32(), reader.Enum<FaultKind>(), reader.Int32(), Id(ref reader), Id(ref reader), Digests(ref reader));

    public static void Write(CanonicalWriter writer, CopyStatement statement) =>
        writer.Int32(statement.Attempt).Int32(statement.Exchange).UInt32(statement.Accused.Value)
            .UInt32(statement.Witness.Value).UInt32(statement.Reporter.Value)
            .List(statement.Copies, (w, d) => w.Digest(d));

    public static CopyStatement ReadStatement(ref CanonicalReader reader) => new(
        reader.Int32(), reader.Int32(), Id(ref reader), Id(ref reader), Id(ref reader), Digests(ref reader));

    internal static void Write(CanonicalWriter writer, Dispute dispute)
    {
        WriteOptional(writer, dispute.Without);
        WriteOptional(writer, dispute.Asked);
        PhaseCodec.WriteVotes(writer, dispute.Reports, Write);
        PhaseCodec.WriteVotes(writer, dispute.Statements, Write);
        writer.Bool(dispute.Until is not null).Int64(dispute.Until?.UnixMs ?? 0);
    }

    internal static Dispute ReadDispute(ref CanonicalReader reader)
    {
        MemberId? without = ReadOptional(ref reader);
        MemberId? asked = ReadOptional(ref reader);
        var reports = PhaseCodec.ReadVotes(ref reader, (ref CanonicalReader r) => ReadReport(ref r));
        var statements = PhaseCodec.ReadVotes(ref reader, (ref CanonicalReader r) => ReadStatement(ref r));
        return new Dispute(without, reports, asked, statements, RunCodec.ReadOptionalInstant(ref reader));
    }

    internal static void Write(CanonicalWriter writer, CommitteeStanding standing)
    {
        RunStateCodec.WriteIds(writer, standing.Excluded);
        WriteOptional(writer, standing.Silent);
        WriteOptional(writer, standing.Suspects?.First);
        WriteOptional(writer, standing.Suspects?.Second);
    }

    internal static CommitteeStanding ReadStanding(ref CanonicalReader reader)
    {
        ImmutableSortedSet<MemberId> excluded = RunCodec.ReadIds(ref reader);
        MemberId? silent = ReadOptional(ref reader);
        MemberId? first = ReadOptional(ref reader);
        MemberId? second = ReadOptional(ref reader);
        if (first is null != second is null)
        {
            reader.Fail("half a suspected pair");
        }

        return new CommitteeStanding(
            excluded, silent, first is { } a && second is { } b ? new SuspectPair(a, b) : null);
    }

    internal static void Write(CanonicalWriter writer, UInt128 bits) =>
        writer.UInt64((ulong)(bits & ulong.MaxValue)).UInt64((ulong)(bits >> 64));

    private static void WriteOptional(CanonicalWriter writer, MemberId? member) =>
        writer.Bool(member is not null).UInt32(member?.Value ?? 0);

    private static MemberId? ReadOptional(ref CanonicalReader reader)
    {
        (bool isThere, uint id) = (reader.Bool(), reader.UInt32());
        if (!isThere && id != 0)
        {
            reader.Fail("a member that is not there has a number");
        }

        return isThere ? new MemberId(id) : null;
    }

    private static MemberId Id(ref CanonicalReader reader) => new(reader.UInt32());

    private static ImmutableArray<Digest> Digests(ref CanonicalReader reader) =>
        reader.List(FaultReport.DigestsMax, (ref CanonicalReader r) => r.Digest());
}
