using Bunit;
using ChainHealth.Client;
using ChainHealth.Dashboard.Components.Pages;
using ChainHealth.Ledger;

namespace ChainHealth.Dashboard.Tests;

/// <summary>Proofs, true and forged, on the page that everybody may open.</summary>
public class VerifyPageTests
{
    [Fact]
    public async Task A_true_proof_is_green_in_every_step_and_a_forged_one_names_the_step_that_fails()
    {
        await using var context = new PageContext();
        context.Story.Begin(2);
        await context.FollowAsync();
        CertifiedBlock block = context.Chain.Blocks.First(b => !b.Block.Transactions.IsEmpty);
        byte[] proof = ChainProofCodec.Encode(
            ProofMaker.OfTransaction(block, block.Block.Transactions[0].Transaction.Id())!);
        var page = context.Render<VerifyPage>();

        Paste(page, Convert.ToHexStringLower(proof));
        Assert.Contains("The proof holds", page.Markup, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll(".holds"));
        Assert.Empty(page.FindAll(".fails"));

        proof[20] ^= 1;
        Paste(page, Convert.ToBase64String(proof));
        Assert.Contains("does not hold", page.Markup, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll(".fails"));
    }

    [Theory]
    [InlineData("", "Paste a proof")]
    [InlineData("<script>alert(1)</script>", "neither hexadecimal nor base64")]
    [InlineData("00ff", "no proof")]
    public async Task What_is_no_proof_is_said_in_words(string text, string why)
    {
        await using var context = new PageContext();
        await context.FollowAsync();
        var page = context.Render<VerifyPage>();
        Paste(page, text);
        Assert.Contains(why, page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    private static void Paste(IRenderedComponent<VerifyPage> page, string text)
    {
        page.Find("textarea").Change(text);
        page.Find("button.solid").Click();
    }
}
