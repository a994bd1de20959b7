using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Messages as bytes: one byte of kind, then the fields in the order of their records (PROTOCOL.md, section
/// wire). One encoding for each message.</summary>
public static class ConsensusMessageCodec
{
    private enum Kind : byte
    {
        PrePrepare = 1,
        Vote = 2,
        ViewChange = 3,
        NewView = 4,
        PeerStatus = 5,
        BlockRequest = 6,
        BlockResponse = 7,
        ProposalRequest = 8,
        ProposalResponse = 9,
        SnapshotOffer = 10,
        ChunkRequest = 11,
        ChunkResponse = 12,
    }

    private const int CapacityBytes = 1024;

    /// <summary>Encodes. Costs two copies of the payload.</summary>
    public static byte[] Encode(ConsensusMessage message)
    {
        var writer = new CanonicalWriter(CapacityBytes + message switch
        {
            PrePrepare m => m.Proposal.Payload.Length,
            ProposalResponse m => m.Proposal.Payload.Length,
            ChunkResponse m => m.Content.Length,
            BlockResponse m => m.Blocks.Sum(b => b.Proposal.Payload.Length + CapacityBytes),
            _ => 0,
        });
        Write(writer, message);
        return writer.ToArray();
    }

    /// <summary>The message, or null and the reason. Nothing is allocated beyond the limits, nothing is verified.
    /// </summary>
    public static ConsensusMessage? Decode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        if (bytes.Length > ConsensusLimits.MessageBytesMax)
        {
            fault = $"message of {bytes.Length} bytes, at most {ConsensusLimits.MessageBytesMax} allowed";
            return null;
        }

        var reader = new CanonicalReader(bytes);
        ConsensusMessage? message = Read(ref reader);
        bool whole = reader.Finish();
        fault = reader.Fault;
        return whole ? message : null;
    }

    private static void Write(CanonicalWriter writer, ConsensusMessage message)
    {
        switch (message)
        {
            case PrePrepare m:
                Proposal.Write(writer.Byte((byte)Kind.PrePrepare).UInt64(m.View.Value), m.Proposal);
                writer.Signature(m.Signature);
                break;
            case Vote m:
                Vote.Write(writer.Byte((byte)Kind.Vote), m);
                break;
            case ViewChange m:
                ViewChange.Write(writer.Byte((byte)Kind.ViewChange), m);
                break;
            case NewView m:
                NewView.Write(writer.Byte((byte)Kind.NewView), m);
                break;
            case PeerStatus m:
                WriteStatus(writer.Byte((byte)Kind.PeerStatus), m);
                break;
            case BlockRequest m:
                writer.Byte((byte)Kind.BlockRequest).UInt64(m.From.Value).UInt16(m.Count);
                break;
            case BlockResponse m:
                writer.Byte((byte)Kind.BlockResponse).List(m.Blocks, CertifiedProposal.Write);
                break;
            case ProposalRequest m:
                writer.Byte((byte)Kind.ProposalRequest).UInt64(m.Height.Value).Digest(m.Hash);
                break;
            case ProposalResponse m:
                Proposal.Write(writer.Byte((byte)Kind.ProposalResponse), m.Proposal);
                break;
            case SnapshotOffer m:
                SnapshotOffer.Write(writer.Byte((byte)Kind.SnapshotOffer), m);
                break;
            case ChunkRequest m:
                writer.Byte((byte)Kind.ChunkRequest).UInt64(m.Height.Value).UInt16(m.Index);
                break;
            case ChunkResponse m:
                writer.Byte((byte)Kind.ChunkResponse).UInt64(m.Height.Value).UInt16(m.Index).Bytes(m.Content.Span);
                break;
            default:
                throw new ArgumentException($"no encoding for {message.GetType().Name}", nameof(message));
        }
    }

    private static ConsensusMessage? Read(ref CanonicalReader reader)
    {
        switch (reader.Enum<Kind>())
        {
            case Kind.PrePrepare:
                return new PrePrepare(new View(reader.UInt64()), Proposal.Read(ref reader), reader.Signature());
            case Kind.Vote:
                return Vote.Read(ref reader);
            case Kind.ViewChange:
                return ViewChange.Read(ref reader);
            case Kind.NewView:
                return NewView.Read(ref reader);
            case Kind.PeerStatus:
                return ReadStatus(ref reader);
            case Kind.BlockRequest:
                return new BlockRequest(new Height(reader.UInt64()), reader.UInt16());
            case Kind.BlockResponse:
                return new BlockResponse(reader.List(
                    ConsensusLimits.BlocksPerResponseMax, (ref CanonicalReader r) => CertifiedProposal.Read(ref r)));
            case Kind.ProposalRequest:
                return new ProposalRequest(new Height(reader.UInt64()), reader.Digest());
            case Kind.ProposalResponse:
                return new ProposalResponse(Proposal.Read(ref reader));
            case Kind.SnapshotOffer:
                return SnapshotOffer.Read(ref reader);
            case Kind.ChunkRequest:
                return new ChunkRequest(new Height(reader.UInt64()), reader.UInt16());
            case Kind.ChunkResponse:
                return new ChunkResponse(new Height(reader.UInt64()), reader.UInt16(),
                    new ByteString(reader.Bytes(ConsensusLimits.ChunkBytesMax).ToArray()));
            default:
                return null;
        }
    }

    private static void WriteStatus(CanonicalWriter writer, PeerStatus status)
    {
        writer.UInt64(status.View.Value).Byte((byte)status.Mode).Bool(status.Committed is not null);
        if (status.Committed is { } committed)
        {
            QuorumCertificate.Write(writer, committed);
        }
    }

    private static PeerStatus ReadStatus(ref CanonicalReader reader) => new(
        new View(reader.UInt64()),
        reader.Enum<ViewMode>(),
        reader.Bool() ? QuorumCertificate.Read(ref reader) : null);
}
