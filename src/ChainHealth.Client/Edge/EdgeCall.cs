namespace ChainHealth.Client;

/// <summary>One kind of question to an edge server. A new kind is a line in <see cref="EdgeCalls"/> and an answer in
/// the edge server's front desk.</summary>
/// <param name="kind">Frame kind of the question, from 1 to 60; the answer's is 64 more. Never used again.</param>
/// <param name="name">For messages.</param>
/// <param name="questionBytesMax">Of the body; compared before anything is allocated.</param>
/// <param name="answerBytesMax">The same.</param>
/// <param name="limit">Longest time that an answer may take, at both ends.</param>
public abstract class EdgeCall(byte kind, string name, int questionBytesMax, int answerBytesMax, TimeSpan limit)
{
    public const byte KindMax = 60;
    public const byte AnswerOffset = 64;

    /// <summary>Kind of the frame that says why there is no answer.</summary>
    public const byte FailedKind = 127;

    public byte Kind { get; } = kind is >= 1 and <= KindMax ? kind
        : throw new ArgumentOutOfRangeException(nameof(kind), kind, "1 to 60");

    public byte AnswerKind => (byte)(Kind + AnswerOffset);

    public string Name { get; } = name;

    public int QuestionBytesMax { get; } = questionBytesMax;

    public int AnswerBytesMax { get; } = answerBytesMax;

    public TimeSpan Limit { get; } = limit;

    public override string ToString() => Name;
}

/// <summary>A kind of question with the shapes of question and answer.</summary>
public sealed class EdgeCall<TQuestion, TAnswer>(
    byte kind, string name, EdgeCodec<TQuestion> question, EdgeCodec<TAnswer> answer,
    int questionBytesMax, int answerBytesMax, TimeSpan limit)
    : EdgeCall(kind, name, questionBytesMax, answerBytesMax, limit)
{
    public EdgeCodec<TQuestion> Question { get; } = question;

    public EdgeCodec<TAnswer> Answer { get; } = answer;
}

public enum EdgeFault : byte
{
    /// <summary>This member may not ask that of this edge server.</summary>
    Denied = 1,

    /// <summary>The question is wrong, or the edge server's state does not allow it; the message says which.</summary>
    Refused = 2,

    /// <summary>Too much is asked at once.</summary>
    Busy = 3,

    /// <summary>The edge server met a fault of its own.</summary>
    Failed = 4,

    /// <summary>There is no connection, or no answer in time.</summary>
    Unreachable = 5,
}

/// <summary>There is no answer; the message is for a person.</summary>
public sealed class EdgeCallException(EdgeFault fault, string message, Exception? cause = null)
    : Exception(message, cause)
{
    public EdgeFault Fault { get; } = fault;
}
