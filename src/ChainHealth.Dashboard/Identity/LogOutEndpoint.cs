using ChainHealth.Dashboard.Audit;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Logging out is a POST with an antiforgery token: a link on another site cannot do it.</summary>
public static class LogOutEndpoint
{
    public static void MapLogOut(this IEndpointRouteBuilder routes) =>
        routes.MapPost(Urls.LogOut, async (
            HttpContext context, SignInManager<Account> signIn, AuditLog audit, [FromForm] string? from) =>
        {
            if (context.User.Identity is { IsAuthenticated: true })
            {
                await audit.WriteAsync(
                    context.User, AuditAct.LoggedOut, "", context.Connection.RemoteIpAddress?.ToString());
            }

            await signIn.SignOutAsync();
            return TypedResults.LocalRedirect($"~{Urls.LogIn}");
        });
}
