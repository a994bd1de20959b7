using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>What somebody wants proven. One sealed record for each kind of fact; canonical bytes in LINK.md.</summary>
public abstract record ProofQuestion
{
    private enum Form : byte
    {
        Transaction = 1,
        Verdict = 2,
        Model = 3,
        Member = 4,
        Anchor = 5,
    }

    public static void Write(CanonicalWriter writer, ProofQuestion question)
    {
        switch (question)
        {
            case TransactionQuestion q:
                writer.Byte((byte)Form.Transaction).UInt64(q.Height.Value).Digest(q.Id);
                break;
            case VerdictQuestion q:
                writer.Byte((byte)Form.Verdict).UInt32(q.Run.Value).Int32(q.Round);
                break;
            case ModelQuestion q:
                writer.Byte((byte)Form.Model).UInt32(q.Run.Value).Int32(q.Round);
                break;
            case MemberQuestion q:
                writer.Byte((byte)Form.Member).UInt32(q.Member.Value);
                break;
            case AnchorQuestion q:
                writer.Byte((byte)Form.Anchor).UInt32(q.Member.Value).Int32(q.Number);
                break;
            default:
                throw new ArgumentException($"unknown question {question.GetType().Name}", nameof(question));
        }
    }

    /// <summary>Null where the reader then holds the fault.</summary>
    public static ProofQuestion? Read(ref CanonicalReader r)
    {
        ProofQuestion question = r.Enum<Form>() switch
        {
            Form.Transaction => new TransactionQuestion(new Height(r.UInt64()), r.Digest()),
            Form.Verdict => new VerdictQuestion(new RunId(r.UInt32()), r.Int32()),
            Form.Model => new ModelQuestion(new RunId(r.UInt32()), r.Int32()),
            Form.Member => new MemberQuestion(new MemberId(r.UInt32())),
            _ => new AnchorQuestion(new MemberId(r.UInt32()), r.Int32()),
        };
        return r.Failed ? null : question;
    }
}

/// <param name="Height">Of the block in which it stands.</param>
public sealed record TransactionQuestion(Height Height, Digest Id) : ProofQuestion;

public sealed record VerdictQuestion(RunId Run, int Round) : ProofQuestion;

public sealed record ModelQuestion(RunId Run, int Round) : ProofQuestion;

public sealed record MemberQuestion(MemberId Member) : ProofQuestion;

/// <param name="Number">Counts the member's anchors from 1; 0 asks for the newest.</param>
public sealed record AnchorQuestion(MemberId Member, int Number) : ProofQuestion;
