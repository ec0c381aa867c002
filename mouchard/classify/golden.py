"""Fifty hosts whose site is certain: what two readers of the Public Suffix List must agree on."""

from __future__ import annotations

SITES: dict[str, str] = dict(
    pair.split()
    for pair in """
www.example.com example.com
example.com example.com
a.b.c.example.org example.org
www.example.co.uk example.co.uk
example.co.uk example.co.uk
shop.example.com.au example.com.au
www.example.fr example.fr
boutique.example.gouv.fr example.gouv.fr
www.impots.gouv.fr impots.gouv.fr
a.asso.fr a.asso.fr
www.example.de example.de
www.example.com.br example.com.br
www.example.co.jp example.co.jp
www.city.kawasaki.jp city.kawasaki.jp
a.example.kawasaki.jp a.example.kawasaki.jp
www.www.ck www.ck
a.b.example.ck b.example.ck
www.example.ac.uk example.ac.uk
www.example.gov.uk example.gov.uk
www.example.org.nz example.org.nz
www.example.edu.pl example.edu.pl
www.example.com.tr example.com.tr
www.example.co.za example.co.za
www.example.in example.in
www.example.co.in example.co.in
a.github.io a.github.io
b.a.github.io a.github.io
shop.myshopify.com shop.myshopify.com
x.blogspot.com x.blogspot.com
x.herokuapp.com x.herokuapp.com
x.netlify.app x.netlify.app
x.vercel.app x.vercel.app
x.pages.dev x.pages.dev
x.workers.dev x.workers.dev
x.web.app x.web.app
x.firebaseapp.com x.firebaseapp.com
x.azurewebsites.net x.azurewebsites.net
d111.cloudfront.net d111.cloudfront.net
bucket.s3.amazonaws.com bucket.s3.amazonaws.com
x.onrender.com x.onrender.com
x.fly.dev x.fly.dev
x.gitlab.io x.gitlab.io
x.duckdns.org x.duckdns.org
xn--e1afmkfd.xn--p1ai xn--e1afmkfd.xn--p1ai
www.xn--85x722f.xn--55qx5d.cn xn--85x722f.xn--55qx5d.cn
www.xn--bcher-kva.de xn--bcher-kva.de
www.example.museum example.museum
www.example.com.fr example.com.fr
www.example.nom.fr example.nom.fr
www.example.be example.be
""".strip().split("\n")
)
"""Host -> site, by the list with its private section."""
