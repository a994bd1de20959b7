using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Log records as bytes: one byte of kind, then the fields.</summary>
internal static class LogRecordCodec
{
    private enum Kind : byte
    {
        ProposalAccepted = 1,
        BlockPrepared = 2,
        ViewChangeStarted = 3,
        NewViewAccepted = 4,
    }

    public static ByteString Encode(LogRecord record)
    {
        var writer = new CanonicalWriter(record is ProposalAccepted p ? 256 + p.Proposal.Payload.Length : 256);
        switch (record)
        {
            case ProposalAccepted r:
                Proposal.Write(writer.Byte((byte)Kind.ProposalAccepted).UInt64(r.View.Value), r.Proposal);
                break;
            case BlockPrepared r:
                QuorumCertificate.Write(writer.Byte((byte)Kind.BlockPrepared), r.Certificate);
                break;
            case ViewChangeStarted r:
                writer.Byte((byte)Kind.ViewChangeStarted).UInt64(r.View.Value);
                break;
            case NewViewAccepted r:
                NewView.Write(writer.Byte((byte)Kind.NewViewAccepted), r.NewView);
                break;
            default:
                throw new ArgumentException($"no encoding for {record.GetType().Name}", nameof(record));
        }

        return new ByteString(writer.ToArray());
    }

    /// <summary>The record, or null and the reason.</summary>
    public static LogRecord? Decode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        LogRecord? record = Read(ref reader);
        bool whole = reader.Finish();
        fault = reader.Fault;
        return whole ? record : null;
    }

    private static LogRecord? Read(ref CanonicalReader reader) => reader.Enum<Kind>() switch
    {
        Kind.ProposalAccepted => new ProposalAccepted(new View(reader.UInt64()), Proposal.Read(ref reader)),
        Kind.BlockPrepared => new BlockPrepared(QuorumCertificate.Read(ref reader)),
        Kind.ViewChangeStarted => new ViewChangeStarted(new View(reader.UInt64())),
        Kind.NewViewAccepted => new NewViewAccepted(NewView.Read(ref reader)),
        _ => null,
    };
}
