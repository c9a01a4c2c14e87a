"""A fresh ``django-admin startproject`` with one view."""

from __future__ import annotations

from pathlib import Path

from tests.projects.making import begun, manage, plain_environment, write

FILES = {
    "mysite/views.py": """
        from django.http import HttpResponse


        def home(request):
            return HttpResponse("<h1>It works</h1>")
    """,
    "mysite/urls.py": """
        from django.contrib import admin
        from django.urls import path

        from mysite import views

        urlpatterns = [path("", views.home), path("admin/", admin.site.urls)]
    """,
}


def make(folder: Path) -> Path:
    begun(folder, plain_environment())
    write(folder, FILES)
    manage(folder, "migrate", "--verbosity=0")
    return folder
