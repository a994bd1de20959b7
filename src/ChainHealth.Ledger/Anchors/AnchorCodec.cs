using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Canonical bytes of recorded anchors (WIRE.md, "Anchors").</summary>
public static class AnchorCodec
{
    private enum Form : byte
    {
        Dataset = 1,
        Audit = 2,
    }

    public static void Write(CanonicalWriter writer, Anchor anchor)
    {
        writer.UInt32(anchor.Member.Value).UInt64(anchor.Height.Value).Int64(anchor.Time.UnixMs);
        switch (anchor)
        {
            case DatasetAnchor a:
                writer.Byte((byte)Form.Dataset).Text(a.Name).Int32(a.Version).Digest(a.Root).Int32(a.Records);
                break;
            case AuditAnchor a:
                writer.Byte((byte)Form.Audit).Digest(a.Head).Int64(a.Entries);
                break;
            default:
                throw new ArgumentException($"unknown anchor {anchor.GetType().Name}", nameof(anchor));
        }
    }

    public static Anchor Read(ref CanonicalReader r)
    {
        var member = new MemberId(r.UInt32());
        var height = new Height(r.UInt64());
        var time = new Instant(r.Int64());
        return r.Enum<Form>() == Form.Audit
            ? new AuditAnchor(member, height, time, r.Digest(), r.Int64())
            : new DatasetAnchor(
                member, height, time, r.Text(AnchorDatasetBody.NameBytesMax), r.Int32(), r.Digest(), r.Int32());
    }

    public static Digest HashOf(Anchor anchor)
    {
        var writer = new CanonicalWriter();
        Write(writer, anchor);
        return Digest.Of("anchor", default, writer.Written);
    }
}
