using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Writes the frames with which a node answers.</summary>
internal static class ClientAnswers
{
    public static byte[] Failure(uint id, string reason)
    {
        var writer = new CanonicalWriter();
        writer.UInt32(id).Text(Limited.Text(reason, ClientLimits.ReasonBytesMax));
        return writer.ToArray();
    }

    public static ValueTask FailAsync(SecureLink link, uint id, string reason, CancellationToken cancellation) =>
        link.SendAsync((byte)ClientKind.Failed, Failure(id, reason), cancellation);

    /// <summary>Queued as a rule, so that the answers to a burst of submissions leave together.</summary>
    public static ValueTask SubmittedAsync(
        SecureLink link, uint id, SubmitOutcome outcome, CancellationToken cancellation)
    {
        var writer = new CanonicalWriter(64);
        outcome.Write(writer.UInt32(id));
        return link.TrySend((byte)ClientKind.Submitted, writer.Written)
            ? ValueTask.CompletedTask
            : link.SendAsync((byte)ClientKind.Submitted, writer.WrittenMemory, cancellation);
    }

    public static ValueTask StoredAsync(SecureLink link, uint id, StoreOutcome outcome, CancellationToken cancellation)
    {
        var writer = new CanonicalWriter(64);
        outcome.Write(writer.UInt32(id));
        return link.SendAsync((byte)ClientKind.Stored, writer.WrittenMemory, cancellation);
    }

    /// <summary>As many of the blocks as fit into one answer, at least one.</summary>
    public static ValueTask BlocksAsync(
        SecureLink link, uint id, IReadOnlyList<byte[]> blocks, CancellationToken cancellation)
    {
        int count = 0;
        long bytes = 0;
        while (count < Math.Min(blocks.Count, ClientLimits.BlocksMax)
            && (count == 0 || bytes + blocks[count].Length <= ClientLimits.BlocksBytesMax))
        {
            bytes += blocks[count++].Length;
        }

        var writer = new CanonicalWriter((int)bytes + (count * sizeof(int)) + 16);
        writer.UInt32(id).List([.. blocks.Take(count)], (w, b) => w.Bytes(b));
        return link.SendAsync((byte)ClientKind.Blocks, writer.WrittenMemory, cancellation);
    }

    public static async ValueTask ModelAsync(
        SecureLink link, uint id, Digest hash, byte[]? model, CancellationToken cancellation)
    {
        if (model is null)
        {
            throw new ClientApiException($"model {hash.Short} is not here");
        }

        for (int at = 0; at < model.Length; at += ClientLimits.ModelChunkBytes)
        {
            int length = Math.Min(ClientLimits.ModelChunkBytes, model.Length - at);
            var writer = new CanonicalWriter(length + 16);
            writer.UInt32(id).Int32(model.Length).Int32(at).Bytes(model.AsSpan(at, length));
            await link.SendAsync((byte)ClientKind.ModelChunk, writer.WrittenMemory, cancellation);
        }
    }

    public static ValueTask ProofAsync(SecureLink link, uint id, ChainProof? proof, CancellationToken cancellation)
    {
        if (proof is null)
        {
            throw new ClientApiException("the chain holds nothing of the kind");
        }

        var writer = new CanonicalWriter(2048);
        writer.UInt32(id).Bytes(ChainProofCodec.Encode(proof));
        return link.SendAsync((byte)ClientKind.Proof, writer.WrittenMemory, cancellation);
    }

    public static ValueTask PredictedAsync(SecureLink link, uint id, byte[] answer, CancellationToken cancellation)
    {
        var writer = new CanonicalWriter(answer.Length + 16);
        writer.UInt32(id).Bytes(answer);
        return link.SendAsync((byte)ClientKind.Predicted, writer.WrittenMemory, cancellation);
    }

    public static ValueTask ReasonAsync(SecureLink link, uint id, byte[]? part, CancellationToken cancellation)
    {
        if (part is null)
        {
            throw new ClientApiException("no reason code of yours is here for that round");
        }

        var writer = new CanonicalWriter(16);
        writer.UInt32(id).Bytes(part);
        return link.SendAsync((byte)ClientKind.Reason, writer.WrittenMemory, cancellation);
    }

    public static ValueTask StatusAsync(
        SecureLink link, ClientKind kind, uint id, NodeStatus status, CancellationToken cancellation)
    {
        var writer = new CanonicalWriter(128);
        NodeStatusCodec.Write(writer.UInt32(id), status);
        return link.SendAsync((byte)kind, writer.WrittenMemory, cancellation);
    }

    public static ValueTask PushAsync(SecureLink link, uint id, ClientPush push, CancellationToken cancellation)
    {
        if (push is StatusPush status)
        {
            return StatusAsync(link, ClientKind.StatusPushed, id, status.Status, cancellation);
        }

        byte[] block = ((BlockPush)push).CertifiedBlock;
        var writer = new CanonicalWriter(block.Length + 16);
        writer.UInt32(id).Bytes(block);
        return link.SendAsync((byte)ClientKind.BlockPushed, writer.WrittenMemory, cancellation);
    }
}
